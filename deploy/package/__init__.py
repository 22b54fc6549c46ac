"""The zip that FunctionGraph gets: the function, what it needs, byte code, and nothing else."""

from deploy.package.build import Package, build_package

__all__ = ["Package", "build_package"]
