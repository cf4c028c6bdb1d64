"""What must hold between the template and the machines, and no public judge looks at.

Each check is a function of a `Stack` that yields one sentence per violation. `ALL` lists them in the order of the
report; `selftest/` has, for each, a broken copy that it must refuse.
"""

from . import machines, permissions, routes, template
from .stack import Stack

ALL = [*machines.CHECKS, *permissions.CHECKS, *routes.CHECKS, *template.CHECKS]

__all__ = ["ALL", "Stack"]
