"""What the documents say of each other, and of the template."""

import re
from pathlib import PurePosixPath

from .stack import Stack

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


CHECKS = [links_lead_somewhere]
