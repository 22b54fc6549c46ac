"""Stands for bson: bodies of type application/bson. The services called here take JSON."""

from sdk_left_out import names_of

__getattr__ = names_of(__name__)
