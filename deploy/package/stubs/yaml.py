"""Stands for PyYAML: ~/.huaweicloud/regions.yaml, which no instance of FunctionGraph has."""

from sdk_left_out import names_of

__getattr__ = names_of(__name__)
