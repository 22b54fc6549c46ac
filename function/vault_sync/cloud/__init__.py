"""The services the function calls, in the project's own terms; only here is the SDK known."""

from vault_sync.cloud import lean

lean.load()  # before any module here imports the SDK, which costs twice as much the plain way
