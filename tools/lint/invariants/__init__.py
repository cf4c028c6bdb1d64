"""What must hold between the template and the machines, and no public judge looks at.

Each check is a function of a `Stack` that yields one sentence per violation. `ALL` lists them in the order of the
report; `selftest/` has, for each, a broken copy that it must refuse.
"""

from . import asynchronous, machines, network, parameters, permissions, routes, sealing, template
from .stack import Stack

_GROUPS = [machines, permissions, routes, asynchronous, sealing, network, parameters, template]
ALL = [check for group in _GROUPS for check in group.CHECKS]

__all__ = ["ALL", "Stack"]
