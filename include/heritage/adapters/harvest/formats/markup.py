"""XML files element by element, without holding them in memory."""

import difflib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from heritage.adapters.harvest.formats.content import stop
from heritage.adapters.harvest.formats.elements import PARSER, broken, name_of, refuse_no_xml
from heritage.model.issue import IssueCode
from heritage.ports.files import FetchedFile
from heritage.spec.source import SourceSpec

_STRICT: dict[str, Any] = {**PARSER, "resolve_entities": False, "load_dtd": False, "huge_tree": False}

_COLLECTING = ("featureMember", "featureMembers", "member")


@dataclass(slots=True)
class Seen:
    """What is in a file: its root, how often which element, and which as a member of a collection of
    features, the namespaces, the CRS that are named."""

    root: str = ""
    elements: Counter[str] = field(default_factory=Counter)
    members: Counter[str] = field(default_factory=Counter)
    spaces: set[str] = field(default_factory=set)
    crs: set[str] = field(default_factory=set)


def survey(spec: SourceSpec, file: FetchedFile) -> Seen:
    """What is in a file that is well-formed to its end. Raises SourceChanged when it is not."""
    seen = Seen()
    with _told(spec, file):
        for event, element in etree.iterparse(str(file.path), events=("start", "end"), **_STRICT):
            if event == "end":
                _free(element)
                continue
            space, local = name_of(element.tag)
            if not seen.root:
                _refuse_entities(spec, file, element)
                seen.root = local
            seen.elements[local] += 1
            seen.spaces.add(space)
            parent = element.getparent()
            if parent is not None and name_of(parent.tag).local in _COLLECTING:
                seen.members[local] += 1
            if "srsName" in element.attrib:
                seen.crs.add(str(element.get("srsName")))
    return seen


def each(spec: SourceSpec, file: FetchedFile, local: str) -> Iterator[etree._Element]:
    """Every element of this local name that lies in no other of the name; gone when the next one comes.

    Raises SourceChanged for what is not well-formed, declares entities, or has no such element.
    """
    inside = found = 0
    with _told(spec, file):
        for event, element in etree.iterparse(
            str(file.path), events=("start", "end"), tag=f"{{*}}{local}", **_STRICT
        ):
            if event == "start":
                if not found:
                    _refuse_entities(spec, file, element)
                inside, found = inside + 1, found + 1
                continue
            inside -= 1
            if not inside:
                yield element
                _free(element)
    if not found:
        seen = survey(spec, file).elements
        near = difflib.get_close_matches(local, seen, n=1)
        often = ", ".join(f"{name} ({times})" for name, times in seen.most_common(8))
        meant = f"did you mean {near[0]!r}?" if near else f"most often there are {often}."
        hint = f"There is no element {local!r}; {meant}"
        raise stop(IssueCode.FILE_NOT_TABLE, spec, file, field="harvest.records", hint=hint)


def _free(element: etree._Element) -> None:
    """Lets go of an element, and of those before it."""
    element.clear(keep_tail=False)
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def _refuse_entities(spec: SourceSpec, file: FetchedFile, element: etree._Element) -> None:
    declared = element.getroottree().docinfo.internalDTD
    if declared is not None and any(True for _ in declared.iterentities()):
        hint = "It declares entities of its own, which a register has no need of."
        raise stop(IssueCode.FILE_NOT_TABLE, spec, file, hint=hint)


@contextmanager
def _told(spec: SourceSpec, file: FetchedFile) -> Iterator[None]:
    with file.path.open("rb") as content:
        refuse_no_xml(spec, file, content.read(4096))
    try:
        yield
    except etree.XMLSyntaxError as error:
        raise broken(spec, file, error) from None
