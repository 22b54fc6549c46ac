"""FunctionGraph's runtime for one function instance: a process that handles event after event.

Nothing here knows the function, the services it calls, or this project's other parts.
"""
