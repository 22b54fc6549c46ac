"""Stands for pydantic's search for plug-ins in the distributions' notes. There are none here."""


def get_plugins():
    return ()
