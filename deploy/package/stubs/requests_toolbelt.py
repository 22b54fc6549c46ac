"""Stands for requests_toolbelt: bodies of type multipart/form-data, for uploads."""

from sdk_left_out import names_of

__getattr__ = names_of(__name__)
