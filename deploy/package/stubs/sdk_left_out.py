"""What stands for parts of the SDK, and of its dependencies, that the function never calls.

The SDK's core imports them for other services, at every start. Each name of a stub is a class: it
can be imported, named in a type and checked against. Whoever uses it gets an error that says so.
"""


class LeftOut(type):
    """The class of everything that is left out."""

    def __call__(cls, *_arguments, **_named):
        """Refuse to make one."""
        raise _left_out(cls.__module__, cls.__name__)

    def __getattr__(cls, name):
        """Refuse to be looked into, but for what Python itself looks for."""
        if name.startswith("__"):
            raise AttributeError(name)
        raise _left_out(cls.__module__, f"{cls.__name__}.{name}")


def names_of(module):
    """Return the `__getattr__` of a module all of whose names are left out."""

    def __getattr__(name):
        if name.startswith("__"):
            raise AttributeError(f"module {module!r} has no attribute {name!r}")
        return LeftOut(name, (), {"__module__": module})

    return __getattr__


def _left_out(module, name):
    return NotImplementedError(
        f"{module}.{name} is not in this package, which holds what vault-sync calls; "
        "`python -m deploy package --plain` builds one with the whole SDK"
    )
