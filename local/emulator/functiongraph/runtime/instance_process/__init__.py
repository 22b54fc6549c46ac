"""What runs inside a function instance's own process: Python's standard library, and nothing else.

The rest of `local` starts it and talks to it, and imports from here only the frames of that talk.
"""
