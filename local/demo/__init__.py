"""`python -m local demo`: a few events, and all that becomes of them."""
