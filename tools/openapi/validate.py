"""Validates the API's document, and its examples by its schemas."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

from jsonschema import Draft202012Validator, FormatChecker
from openapi_spec_validator import OpenAPIV31SpecValidator


def resolved(document: dict, node: dict) -> dict:
    while "$ref" in node:
        target: dict = document
        for name in node["$ref"].removeprefix("#/").split("/"):
            target = target[name.replace("~1", "/").replace("~0", "~")]
        node = target
    return node


def exemplified(document: dict, node: object, path: str = "#") -> Iterator[tuple[str, dict, object]]:
    """Every example of a parameter, a header or a body: where it is, the schema beside it, and its value."""
    if isinstance(node, list):
        for index, item in enumerate(node):
            yield from exemplified(document, item, f"{path}/{index}")
    elif isinstance(node, dict):
        if isinstance(node.get("schema"), dict):
            if "example" in node:
                yield path, node["schema"], node["example"]
            for name, example in node.get("examples", {}).items():
                yield f"{path}/examples/{name}", node["schema"], resolved(document, example)["value"]
        for name, member in node.items():
            yield from exemplified(document, member, f"{path}/{name}")


def main() -> int:
    document = json.loads(Path(sys.argv[1]).read_text())
    faults = [f"{list(error.absolute_path)}: {error.message}" for error in OpenAPIV31SpecValidator(document).iter_errors()]
    count = 0
    for path, schema, value in exemplified(document, document):
        count += 1
        # Beside its own members it has those that its references lead to.
        validator = Draft202012Validator({**schema, "components": document["components"]}, format_checker=FormatChecker())
        faults += [f"{path}: {error.json_path}: {error.message}" for error in validator.iter_errors(value)]
    print("\n".join(faults) or f"the document is valid, and so are its {count} examples")
    return 1 if faults or count == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
