"""`/_local/`: the emulated cloud's inside, looked at and changed without a signature."""
