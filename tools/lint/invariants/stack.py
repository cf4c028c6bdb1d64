"""The files under judgement, loaded once."""

import json
import os
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path

import tomlkit
import yaml

PLACEHOLDER = re.compile(r"\$\{([A-Za-z0-9_]+)\}")


class _Loader(yaml.SafeLoader):
    """YAML with CloudFormation's short forms (`!Ref x`), read as their long forms (`{"Ref": "x"}`)."""


def _intrinsic(loader, suffix, node):
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)
    if suffix in ("Ref", "Condition"):
        return {suffix: value}
    if suffix == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {f"Fn::{suffix}": value}


_Loader.add_multi_constructor("!", _intrinsic)


@dataclass
class Stack:
    """`definitions` maps the file name of each state machine to its text, `binaries` are the Lambdas that are built, `emitted`
    the metrics that they write, `limits` those of the code, `tests` the names of its functions and of those of its checks,
    `documents` maps the path of each document to its text, `files` are all paths that one may name."""

    template: dict
    definitions: dict[str, str]
    samconfig: dict = field(default_factory=dict)
    binaries: set[str] = field(default_factory=set)
    emitted: set[str] = field(default_factory=set)
    limits: dict[str, int] = field(default_factory=dict)
    tests: set[str] = field(default_factory=set)
    documents: dict[str, str] = field(default_factory=dict)
    files: set[str] = field(default_factory=set)

    @classmethod
    def load(cls, root: Path) -> "Stack":
        return cls(
            template=load_template((root / "infra/template.yaml").read_text()),
            definitions=dict(_read_definitions(root / "statemachine")),
            samconfig=tomlkit.parse((root / "infra/samconfig.toml").read_text()).unwrap(),
            binaries={path.stem for path in (root / "crates/hookstep-lambdas/src/bin").glob("*.rs")},
            emitted=set(_read_metrics(root / "crates/hookstep-lambdas/src")),
            limits=dict(_read_limits((root / "crates/hookstep-core/src/limits.rs").read_text())),
            tests=set(_read_functions(root)),
            documents={path: (root / path).read_text() for path in _documents(root)},
            files=_files(root),
        )

    def resources(self, *types: str):
        """(logical id, resource) of each resource of these types, of all without types."""
        for name, resource in self.template["Resources"].items():
            if not types or resource["Type"] in types:
                yield name, resource

    def machines(self):
        """(logical id, properties, file name of the definition) of each state machine."""
        for name, resource in self.resources("AWS::Serverless::StateMachine"):
            properties = resource["Properties"]
            yield name, properties, str(properties.get("DefinitionUri", "")).rsplit("/", 1)[-1]

    def definition(self, file: str) -> dict:
        return json.loads(self.definitions[file])


def _read_definitions(folder: Path):
    for path in sorted(folder.glob("*.json")):
        text = path.read_text()
        try:
            json.loads(text)
        except json.JSONDecodeError as problem:
            sys.exit(f"{path.name} is not JSON: {problem}")
        yield path.name, text


# Names in the code of metrics that are not metrics: the namespace and the dimensions.
_NO_METRICS = {"Hookstep", "Stack", "Class"}


def _read_metrics(source: Path):
    """The names, in the code that writes metrics: a text of capitalized words is one. (schema.rs is the format's, for the tests.)"""
    for path in sorted(source.glob("metrics/*.rs")):
        if path.stem not in ("schema", "tests"):
            yield from set(re.findall(r'"((?:[A-Z][a-z]+)+)"', path.read_text())) - _NO_METRICS


def _read_limits(code: str):
    """(name, value) of each public constant; those that are sums of others are added up."""
    known = {}
    for name, sum_of in re.findall(r"(?m)^pub const (\w+): \w+ =\s*([^;]+);", code):
        known[name] = sum(known[each] if each in known else int(each.replace("_", "")) for each in sum_of.split(" + "))
        yield name, known[name]


def _read_functions(root: Path):
    """Every function of the code and of its checks."""
    for pattern in ("crates/*/src/**/*.rs", "crates/*/tests/**/*.rs", "tests/**/*.rs", "tools/lint/**/*.py"):
        for path in root.glob(pattern):
            yield from re.findall(r"\b(?:fn|def) (\w+)", path.read_text())


def _documents(root: Path):
    for pattern in ("*.md", "docs/*.md", "docs/adr/*.md"):
        yield from (path.relative_to(root).as_posix() for path in sorted(root.glob(pattern)))


def _files(root: Path) -> set[str]:
    """Files and folders of the folders that documents name; not what is built."""
    found = {path.name for path in root.iterdir()}
    for folder in ("docs", "infra", "statemachine", "tools", "tests", "crates", "console"):
        for place, folders, files in os.walk(root / folder):
            folders[:] = [each for each in folders if each not in ("node_modules", "dist")]
            found.update((Path(place) / each).relative_to(root).as_posix() for each in [*folders, *files])
    return found


def load_template(text: str) -> dict:
    return yaml.load(text, _Loader)


def referenced(value) -> str | None:
    """The logical id that a Ref, a GetAtt or a Sub of one resource points at."""
    if not isinstance(value, dict):
        return None
    if "Ref" in value:
        return value["Ref"]
    if "Fn::GetAtt" in value:
        return value["Fn::GetAtt"][0]
    if "Fn::Sub" in value and isinstance(value["Fn::Sub"], str):
        names = re.findall(r"\$\{([A-Za-z0-9]+)(?:\.[A-Za-z0-9.]+)?\}", value["Fn::Sub"])
        return names[0] if len(set(names)) == 1 else None
    return None


def as_list(value) -> list:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
