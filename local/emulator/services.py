"""The services of the local cloud. A new one is added here, and nowhere else."""

from __future__ import annotations

from local.emulator.cbr.routes import CBR
from local.emulator.functiongraph.routes import FUNCTIONGRAPH
from local.emulator.iam.routes import IAM
from local.emulator.smn.routes import SMN

SERVICES = (CBR, SMN, FUNCTIONGRAPH, IAM)
