"""`python -m invariants ROOT` checks the stack under ROOT. In place of that, `--inline FILE` writes the copy for cfn-lint, and
`--parameters` prints the table of docs/DEPLOYING.md."""

import argparse
import json
import sys
from pathlib import Path

from . import ALL, Stack
from .documents import parameters_table
from .inline import inline_definitions


def main() -> int:
    parser = argparse.ArgumentParser(prog="invariants", description=__doc__)
    parser.add_argument("root", type=Path)
    parser.add_argument("--inline", type=Path, metavar="FILE")
    parser.add_argument("--parameters", action="store_true")
    arguments = parser.parse_args()

    stack = Stack.load(arguments.root)
    if arguments.inline:
        arguments.inline.parent.mkdir(parents=True, exist_ok=True)
        arguments.inline.write_text(json.dumps(inline_definitions(stack), indent=1))
        return 0
    if arguments.parameters:
        print(parameters_table(stack.template))
        return 0
    broken = 0
    for check in ALL:
        violations = list(check(stack))
        if violations:
            broken += 1
            print(f"violated: {check.__doc__}")
            for violation in violations:
                print(f"  {violation}")
    if not broken:
        print(f"{len(ALL)} invariants hold")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
