"""The commands of `python -m deploy`. What they need is imported when they run."""
