"""Stands for the SDK's search for credentials: the function's come with each invocation."""

from sdk_left_out import names_of

__getattr__ = names_of(__name__)
