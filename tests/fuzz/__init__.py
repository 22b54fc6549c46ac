"""Events that nobody would send, in numbers: `python -m tests.fuzz`."""
