"""Elements of XML as columns: one rule for every format that is XML.

The column of an element is its path of local names below the element of the row: `a/b`, its attribute
`a/@id`; those of the row's element itself are `@id`, and its own text is `.`.

- A second and further sibling of one name has its place: `a`, `a[2]`, `a[3]`.
- An element with a language of its own (`xml:lang`) says so: `title[@lang=en]`, `title[@lang=en][2]`.
- Text is kept to the letter without the space around it. An element that mixes text and elements gives all
  its text as one, and no columns for what is inside. An empty element is an empty cell.
- Where one name comes from two namespaces, as `dc:type` and `edm:type`, a description that reads it writes
  the prefix as the file does: `edm:type`; those elements then are steps of that name. Without it the file
  is refused, for `type` would be the one in this row and the other in the next.
- Attributes of XML Schema (`xsi:…`) speak of the document, and are no columns.
"""

import re
from collections import Counter
from typing import Any, NamedTuple

from lxml import etree

from heritage.adapters.harvest.formats.content import stop, stranger
from heritage.errors import SourceChanged
from heritage.model.issue import IssueCode
from heritage.model.row import Row
from heritage.ports.files import FetchedFile
from heritage.spec.dataset import DatasetSpec
from heritage.spec.source import SourceSpec

PARSER: dict[str, bool] = {"no_network": True, "remove_comments": True, "remove_pis": True}
"""How XML from outside is parsed: nothing but the file is read, and it cannot grow (libxml2's own limits)."""
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_SCHEMA = "http://www.w3.org/2001/XMLSchema-instance"
_TAIL = 64
_PLACES = re.compile(r"\[[^\]]*\]")


class Name(NamedTuple):
    """The name of an element or attribute; `space` is empty for none."""

    space: str
    local: str


def name_of(tag: str) -> Name:
    """Takes a name apart. `etree.QName` would raise ValueError for one that the parser tells of only at the
    end of the file, such as `a:4b`.

    >>> name_of("{http://purl.org/dc/terms/}title"), name_of("title").local
    (Name(space='http://purl.org/dc/terms/', local='title'), 'title')
    """
    space, _, local = tag.rpartition("}")
    return Name(space.removeprefix("{"), local)


def parse(spec: SourceSpec, file: FetchedFile) -> etree._Element:
    """The root of an XML file that fits into memory. Raises SourceChanged with the line that breaks it."""
    content = file.content
    refuse_no_xml(spec, file, content[:4096])
    try:
        return etree.fromstring(content, etree.XMLParser(**PARSER))
    except etree.XMLSyntaxError as error:
        raise broken(spec, file, error) from None


def refuse_no_xml(spec: SourceSpec, file: FetchedFile, begin: bytes) -> None:
    """Raises SourceChanged for a file that is empty, or by its first bytes is HTML or the like."""
    what = stranger(begin)
    if not begin.strip():
        raise stop(IssueCode.FILE_EMPTY, spec, file)
    if what and what != "an XML document":
        hint = f"It is {what}. {IssueCode.FILE_NOT_TABLE.remedy}"
        raise stop(IssueCode.FILE_NOT_TABLE, spec, file, hint=hint)


def broken(
    spec: SourceSpec, file: FetchedFile, error: etree.XMLSyntaxError, row: int | None = None, where: str = ""
) -> SourceChanged:
    """The error of XML that cannot be parsed: torn, or not well-formed. `where` says in which part."""
    said = str(error.msg or "there is nothing")
    with file.path.open("rb") as opened:
        opened.seek(max(0, file.path.stat().st_size - _TAIL))
        torn = said.startswith("Premature end") or not opened.read().rstrip().endswith(b">")
    code = IssueCode.FILE_TRUNCATED if torn else IssueCode.FILE_NOT_TABLE
    return stop(code, spec, file, row=row, hint=f"The XML breaks{where}: {said}. {code.remedy}")


class Columns:
    """How the elements of one file become columns, by the rule of this module."""

    def __init__(self, spec: DatasetSpec, file: FetchedFile) -> None:
        self._spec, self._file = spec, file
        named = [_PLACES.sub("", column).split("/") for column in spec.accounted_columns()]
        read = [_PLACES.sub("", column).split("/") for column in spec.record.columns()]
        self._prefixed = {step for steps in named for step in steps if ":" in step}
        self._read = {"/".join(steps[: n + 1]) for steps in read for n in range(len(steps))}
        self._spaces: dict[str, str] = {}

    def cells(self, element: etree._Element, number: int, under: str = "") -> Row:
        """What the element of row `number` says. `under` is a path that all its columns begin with.

        Raises SourceChanged when the description reads a name that stands for two.
        """
        row: Row = {}
        self._walk(element, under, under, row, number)
        return row

    def _walk(self, element: etree._Element, path: str, plain: str, row: Row, number: int) -> None:
        described = False
        for attribute, value in element.attrib.items():
            space, local = name_of(str(attribute))
            if attribute != _LANG and space != _SCHEMA:
                prefix = next((p for p, uri in element.nsmap.items() if p and uri == space), None)
                step = "@" + self._step(local, prefix, "@")
                self._hold_apart(f"{plain}{step}", space, number)
                row[f"{path}{step}"] = str(value)
                described = True
        own = "".join([element.text or "", *(child.tail or "" for child in element)]).strip()
        if not len(element) or (own and path):
            text = "".join(map(str, element.itertext())).strip()
            if text or not described:
                row[path.removesuffix("/") or "."] = text
            return
        if own:
            row["."] = own
        places: Counter[str] = Counter()
        for child in element.iterchildren(etree.Element):
            space, local = name_of(child.tag)
            step = self._step(local, child.prefix)
            self._hold_apart(f"{plain}{step}", space, number)
            lang = child.get(_LANG)
            told = f"{step}[@lang={lang}]" if lang else step
            places[told] += 1
            place = f"[{places[told]}]" if places[told] > 1 else ""
            self._walk(child, f"{path}{told}{place}/", f"{plain}{step}/", row, number)

    def _step(self, local: str, prefix: Any, mark: str = "") -> str:
        prefixed = f"{prefix}:{local}"
        return prefixed if mark + prefixed in self._prefixed else local

    def _hold_apart(self, path: str, space: str, number: int) -> None:
        known = self._spaces.setdefault(path, space)
        if known == space or path not in self._read:
            return
        name = path.rsplit("/", 1)[-1]
        hint = (
            f"{name} comes from two namespaces, {known or 'none'} and {space or 'none'}: write the one that "
            f"is meant with its prefix as in the file, as in dc:{name.removeprefix('@')}."
        )
        raise stop(IssueCode.FILE_NOT_TABLE, self._spec, self._file, row=number, field=path, hint=hint)
