"""Stands for the SDK's calls for credentials and project ids: the function is given both."""

from sdk_left_out import names_of

__getattr__ = names_of(__name__)
