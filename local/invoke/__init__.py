"""`python -m local invoke`: one event through the function, as FunctionGraph would run it."""
