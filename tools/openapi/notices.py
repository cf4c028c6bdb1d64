"""Validates what Hookstep puts on the bus by the schemas in docs/schemas: the folder is the argument; one JSON line per `detail` in, one per
detail out: {"faults": [...]}, as two libraries that know nothing of each other find them.

A schema that is none, or whose own examples are not valid by it, ends this with an error.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import jsonschema_rs
from jsonschema import Draft202012Validator, FormatChecker


class Judge:
    def __init__(self, schema: dict) -> None:
        Draft202012Validator.check_schema(schema)
        self.of_jsonschema = Draft202012Validator(schema, format_checker=FormatChecker())
        self.of_jsonschema_rs = jsonschema_rs.Draft202012Validator(schema, validate_formats=True)

    def faults(self, detail: object) -> list[str]:
        of_jsonschema = [f"jsonschema: {error.json_path}: {error.message}" for error in self.of_jsonschema.iter_errors(detail)]
        return of_jsonschema + [f"jsonschema-rs: {error.instance_path}: {error.message}" for error in self.of_jsonschema_rs.iter_errors(detail)]


def main() -> int:
    judges = {}
    for path in sorted(Path(sys.argv[1]).glob("*.schema.json")):
        schema = json.loads(path.read_text())
        kind = path.name.removesuffix(".schema.json")
        judges[kind] = Judge(schema)
        faults = [fault for example in schema["examples"] for fault in judges[kind].faults(example)]
        if faults or schema["properties"]["type"]["const"] != kind or not schema["examples"]:
            print(f"{path.name}: {faults or 'its type is another one, or it has no examples'}", file=sys.stderr)
            return 1
    for line in sys.stdin:
        detail = json.loads(line)
        judge = judges.get(detail.get("type"))
        faults = judge.faults(detail) if judge else ["there is no schema of this type"]
        print(json.dumps({"faults": faults}), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
