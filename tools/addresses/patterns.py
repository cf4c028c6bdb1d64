"""Says of each value on standard input whether the template takes it for a parameter.

The test `addresses` of hookstep-core compares it with what the functions can read: a value that the template takes and a
function does not would end that function whenever it starts. The template is the argument; a line in is a parameter's name, a tab
and a value; a character out is `1` taken or `0` not, for each line.
"""

import re
import sys
from pathlib import Path


def pattern(template: str, parameter: str) -> re.Pattern[str]:
    """The parameter's AllowedPattern, which is written as a double-quoted scalar of YAML over several lines."""
    scalar = r'"((?:[^"\\]|\\.|\\\n)*)"'
    block = re.search(rf"^  {parameter}:\n(?:    .*\n)*?    AllowedPattern: {scalar}", template, re.MULTILINE)
    if block is None:
        sys.exit(f"{parameter} has no AllowedPattern")
    joined = re.sub(r"\\\n *", "", block.group(1))
    return re.compile(re.sub(r"\\(.)", r"\1", joined))


def main() -> None:
    template = Path(sys.argv[1]).read_text(encoding="utf-8")
    patterns: dict[str, re.Pattern[str]] = {}
    for line in sys.stdin.read().split("\n"):
        parameter, value = line.split("\t", 1)
        if parameter not in patterns:
            patterns[parameter] = pattern(template, parameter)
        sys.stdout.write("1" if patterns[parameter].fullmatch(value) else "0")


if __name__ == "__main__":
    main()
