"""FunctionGraph's engine: deployed functions run, and their triggers fire.

It needs a cloud that is served, because a function calls the cloud from a process of its own.
"""
