"""The page of a served local cloud: look at its state, invoke the function, switch faults.

`exchange.py` answers its requests; `page/` is what the browser gets. State lives in the cloud
and, for the invocations made from the page, in `invocations.py`.
"""
