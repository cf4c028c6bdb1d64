"""What the documents say of each other, and of the template."""

import re
from pathlib import PurePosixPath

from .stack import Stack

DEPLOYING = "docs/DEPLOYING.md"
LIMITS = "docs/LIMITS.md"
OPERATIONS = "docs/OPERATIONS.md"
# Limits that nobody outside meets: how the code divides its time, and what holds its states together.
INSIDE = {
    "AUTH_MAX_BYTES",
    "CENSUS_SECONDS",
    "DELIVER_MARGIN_SECONDS",
    "DELIVER_TASK_MAX_SECONDS",
    "FAULTS_MAX_COUNT",
    "RECONCILED_EVENTS_MAX_COUNT",
    "RECONCILE_SECONDS",
    "REOPEN_SECONDS",
    "REPLAY_BATCH_MAX_EVENTS",
    "REPLAY_COUNT_SECONDS",
    "REPLAY_RENDERING_MAX_BYTES",
    "REPLAY_ROUND_SECONDS",
    "REPLAY_TOGETHER",
    "SIGNING_BYTES_PER_SECOND",
    "SIGNING_PASSES",
    "TOKEN_MARGIN_SECONDS",
    "WHOLE_PAYLOAD_SECONDS",
}

_FENCE = re.compile(r"(?ms)^```.*?^```\s*?$")

def sections(text: str):
    """(level, title, text up to the next heading of the same or a higher level) of each section of a document."""
    plain = _FENCE.sub(lambda fence: re.sub(r"(?m)^#", " ", fence[0]), text)
    found = list(re.finditer(r"(?m)^(#+) (.*)$", plain))
    for number, heading in enumerate(found):
        ends = [each.start() for each in found[number + 1 :] if len(each[1]) <= len(heading[1])]
        yield len(heading[1]), heading[2], text[heading.end() : ends[0] if ends else len(text)]


def anchors(titles: list[str]) -> list[str]:
    """As GitHub names headings: lower case, without punctuation, spaces as dashes."""
    return [re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles]


def links_lead_somewhere(stack: Stack):
    """Every link from one document to another, or to a heading, is to one that is there."""
    known = {path: anchors([title for _, title, _ in sections(text)]) for path, text in stack.documents.items()}
    for path, text in stack.documents.items():
        for target in re.findall(r"\]\(([^)\s]+)\)", _FENCE.sub("", text)):
            if re.match(r"[a-z]+:", target):
                continue
            file, _, anchor = target.partition("#")
            place = _resolved(PurePosixPath(path).parent, file) if file else path
            if anchor and place in known and anchor not in known[place]:
                yield f"{path}: {target} names no heading"
            if place not in known and place not in stack.files:
                yield f"{path}: {target} is not there"


def _resolved(folder: PurePosixPath, file: str) -> str:
    parts = []
    for part in (folder / file).parts:
        if part == "..":
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts)


def _plainly(value) -> str:
    """A value as a reader takes it, for a cell of a table."""
    return f"`{value}`" if str(value) else "empty"


def _takes(parameter: dict) -> str:
    if "AllowedValues" in parameter:
        return ", ".join(_plainly(value) for value in parameter["AllowedValues"])
    if "MinValue" in parameter:
        return f"{parameter['MinValue']} to {parameter['MaxValue']}"
    return "text"


def parameters_table(template: dict) -> str:
    """The template's parameters as docs/DEPLOYING.md shows them."""
    rows = ["| parameter | default | takes | |", "| --- | --- | --- | --- |"]
    for name, parameter in template["Parameters"].items():
        said = " ".join(parameter.get("Description", "").split()).replace("|", "\\|")
        rows.append(f"| `{name}` | {_plainly(parameter.get('Default', ''))} | {_takes(parameter)} | {said} |")
    return "\n".join(rows)


def parameters_are_listed(stack: Stack):
    """docs/DEPLOYING.md lists every parameter as the template has it."""
    if f"<!-- parameters -->\n{parameters_table(stack.template)}\n<!-- /parameters -->" not in stack.documents.get(DEPLOYING, ""):
        yield f"{DEPLOYING}: its table is not what `python -m invariants . --parameters` prints"


def outputs_are_listed(stack: Stack):
    """docs/OPERATIONS.md says of every output what it is for."""
    told = stack.documents.get(OPERATIONS, "").partition("## Outputs")[2].partition("\n## ")[0]
    for name in stack.template["Outputs"]:
        if f"`{name}`" not in told:
            yield f"{OPERATIONS}: does not say what the output {name} is for"


def _written(name: str, value: int) -> set[str]:
    """How a limit may be written: as the number, or in larger units where they divide it."""
    units = [("", 1)]
    if "_BYTES" in name:
        units = [(" bytes", 1), (" KiB", 2**10), (" MiB", 2**20), (" GiB", 2**30)]
    elif "_SECONDS" in name:
        units = [(" s", 1), (" minutes", 60), (" hours", 3600), (" days", 86400)]
    elif "_MS" in name:
        units = [(" ms", 1), (" s", 1000)]
    return {f"{value // size:,}{unit}" for unit, size in units if value % size == 0}


def limits_are_listed(stack: Stack):
    """docs/LIMITS.md says every limit of the code, as it is there."""
    said = {}
    for row in re.findall(r"(?m)^\|.*\|$", stack.documents.get(LIMITS, "")):
        for name in re.findall(r"`([A-Z_]{4,})`", row):
            said[name] = row
    for name, value in stack.limits.items():
        if name not in said:
            if name not in INSIDE:
                yield f"{LIMITS}: does not say {name}"
        elif not any(re.search(rf"(?<![\d,]){re.escape(text)}(?!\d|,\d)", said[name]) for text in _written(name, value)):
            yield f"{LIMITS}: {name} is {value}"
    for name in sorted((said.keys() | INSIDE) - stack.limits.keys()):
        yield f"{LIMITS}: there is no {name}" if name in said else f"{name} is no limit: take it out of INSIDE"


def tests_that_are_named_exist(stack: Stack):
    """Every test or check that a document names, as a sentence of five words or more, is there."""
    for path, text in stack.documents.items():
        for name in re.findall(r"`([a-z0-9]+(?:_[a-z0-9]+){4,})`", _FENCE.sub("", text)):
            if name not in stack.tests:
                yield f"{path}: there is no {name}"


CHECKS = [
    links_lead_somewhere,
    parameters_are_listed,
    outputs_are_listed,
    limits_are_listed,
    tests_that_are_named_exist,
]
