"""`python -m local demo`: three events, and all that becomes of them."""
