"""Stands for pyasn1.type: signatures with SM2 and P-256; the function's are HMAC-SHA256."""

from sdk_left_out import names_of

__getattr__ = names_of(__name__)
