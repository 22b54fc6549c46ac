"""Faults on demand: what is done to which calls."""
