"""Histories: events, repeated and concurrent deliveries, faults and deadlines, on one clock.

`plan` says what a history is, `run` lets it happen, `laws` judges it by the local cloud's journal,
and `python -m tests.histories` runs many or replays one.
"""
