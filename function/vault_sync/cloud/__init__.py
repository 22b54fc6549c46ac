"""The services the function calls, in the project's own terms; only here is the SDK known."""

from vault_sync.cloud import lean

# Before any module here imports the SDK, which the plain way costs twice as much.
lean.load("huaweicloudsdkcbr.v1", "huaweicloudsdksmn.v2", "huaweicloudsdkfunctiongraph.v2")
