"""What must hold between the template and the machines, and no public judge looks at.

Each check is a function of a `Stack` that yields one sentence per violation. `ALL` lists them in the order of the
report; `selftest/` has, for each, a broken copy that it must refuse.
"""

from . import asynchronous, documents, machines, monitoring, network, parameters, permissions, routes, sealing, template
from .stack import Stack

_GROUPS = [machines, permissions, routes, asynchronous, monitoring, sealing, network, parameters, template, documents]
ALL = [check for group in _GROUPS for check in group.CHECKS]

__all__ = ["ALL", "Stack"]
