"""Small changes to the code that the tests must notice."""
