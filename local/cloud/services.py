"""The services of the local cloud. A new one is added here, and nowhere else."""

from __future__ import annotations

from local.cloud.cbr.routes import CBR
from local.cloud.functiongraph.routes import FUNCTIONGRAPH
from local.cloud.iam.routes import IAM
from local.cloud.smn.routes import SMN

SERVICES = (CBR, SMN, FUNCTIONGRAPH, IAM)
