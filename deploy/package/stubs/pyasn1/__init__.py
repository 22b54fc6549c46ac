"""Stands for pyasn1; see pyasn1.type and pyasn1.codec.der."""
