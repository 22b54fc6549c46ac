"""What is measured: `python -m tests.benchmarks`, or `make bench`. See docs/performance.md."""

import sys
from pathlib import Path

_FUNCTION = str(Path(__file__).parents[2] / "function")
if _FUNCTION not in sys.path:  # pytest has it from its settings, `python -m` does not
    sys.path.insert(0, _FUNCTION)
