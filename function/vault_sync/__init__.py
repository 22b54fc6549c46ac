"""Synchronise the restore points of CBR hybrid-cloud vaults, and say what became of it.

The files read in the order an event passes through them::

    events -> orders -> selection -> sync -> outcomes -> notification -> result, or raise

``invocation`` leads an event along that way; ``cloud/`` is the only place that knows the SDK.
"""
