"""Stands for the SDK's own xml_utils, and so for defusedxml: bodies of type application/xml."""

from sdk_left_out import names_of

__getattr__ = names_of(__name__)
