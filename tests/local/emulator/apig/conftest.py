from tests.local.emulator.functiongraph.conftest import account

__all__ = ["account"]
