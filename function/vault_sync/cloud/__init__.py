"""The services the function calls, in the project's own terms; only here is the SDK known."""
