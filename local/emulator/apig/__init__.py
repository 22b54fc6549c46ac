"""APIG: HTTP requests from outside that fire functions."""
