"""Compares the account with the template, and changes it."""
