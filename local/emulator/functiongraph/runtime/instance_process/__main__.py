"""The first code of an instance's process, run by path with `python -I -S`.

`-I` keeps the caller's environment and working directory out, `-S` its installed packages: what
remains on the path is the standard library. This package itself is imported from a path entry
that is gone again before any code of the function is loaded.
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

if __name__ == "__main__":
    _here = Path(__file__).resolve().parent
    sys.path.append(str(_here.parent))
    _serving = importlib.import_module(f"{_here.name}.serving")
    sys.path.remove(str(_here.parent))
    _serving.serve(sys.argv[1:])
