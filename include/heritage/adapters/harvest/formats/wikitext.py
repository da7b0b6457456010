"""Calls of a template in wikitext, and their values as a reader of the page would see them."""

import html
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import mwparserfromhell
from mwparserfromhell.nodes import (
    Argument,
    Comment,
    ExternalLink,
    HTMLEntity,
    Tag,
    Template,
    Text,
    Wikilink,
)
from mwparserfromhell.wikicode import Wikicode

_TOKEN = re.compile(r"<!--|<(nowiki|pre)\b[^<>]*(?<!/)>|\{\{|\}\}", re.IGNORECASE)
_MARKUP = re.compile(r"\{\{|\[\[|<")
_MOST_MARKUP = 200  # in one call: the parser's time grows with the square of what is opened and never closed
_LONGEST_NAME = 400  # characters; MediaWiki allows 255 bytes
_DECIMAL = re.compile(r"[-+]?\d+(\.\d+)?")
_STRESS = re.compile(r"'{2,5}")
_FILE = re.compile(r"[^:|]+:\s*([^|]+\.(?:jpe?g|png|gif|svg|tiff?|webp|xcf|pdf|djvu))", re.IGNORECASE)
_BREAKS = frozenset({"br", "hr"})
_UNSEEN = frozenset({"ref", "references", "templatestyles"})
_SIDES = {"N": "lat", "S": "lat", "E": "lon", "W": "lon"}  # O is east in German and west in Spanish


class Call(NamedTuple):
    """A call of a template: its name in the canonical form, and its parameters; None when it is never closed,
    or cannot be read."""

    name: str
    values: dict[str, Wikicode] | None


def canonical(name: str) -> str:
    """The name of a template as MediaWiki knows it.

    >>> canonical(" template:tabelrij_rijksmonument "), canonical("Tabelrij  rijksmonument")
    ('Tabelrij rijksmonument', 'Tabelrij rijksmonument')
    """
    words = " ".join(name.replace("_", " ").split())
    prefix, colon, rest = words.partition(":")
    if colon and prefix.strip().lower() == "template":
        words = rest.strip()
    return words[:1].upper() + words[1:]


def calls(text: str, names: Iterable[str]) -> list[Call]:
    """Every call of one of these templates (canonical names), in the order of the page.

    What stands in comments and `<nowiki>` is none. A call inside another is a call of its own, and no part
    of the value that it stands in.
    """
    wanted = frozenset(names)
    found: dict[int, Call] = {}
    open_at: list[int] = []
    closed: list[tuple[int, int]] = []  # wanted calls that no other wanted call holds so far
    for start, end in _braces(text, open_at):
        name = _name(text, start)
        if name in wanted:
            pieces, rest = [], end
            while closed and closed[-1][0] > start:
                inner_start, inner_end = closed.pop()
                pieces.append(text[inner_end:rest])
                rest = inner_start
            closed.append((start, end))
            found[start] = Call(name, _values(text[start:rest] + "".join(reversed(pieces))))
    for start in open_at:
        if (name := _name(text, start)) in wanted:
            found[start] = Call(name, None)
    return [found[start] for start in sorted(found)]


def _braces(text: str, open_at: list[int]) -> Iterator[tuple[int, int]]:
    """Where double braces open and close, innermost first; what stays open is left in `open_at`."""
    at, lower = 0, text.lower()
    literal: set[str] = set()  # tags that are not closed any more: they stand there as text
    while token := _TOKEN.search(text, at):
        at = token.end()
        if token[0] == "{{":
            open_at.append(token.start())
        elif token[0] == "}}":
            if open_at:
                yield open_at.pop(), at
        elif token[0] == "<!--":
            end = text.find("-->", at)
            at = len(text) if end < 0 else end + 3
        elif (tag := token[1].lower()) not in literal:
            end = lower.find(f"</{tag}", at)
            if end < 0:
                literal.add(tag)
            else:
                at = end


def _name(text: str, start: int) -> str:
    begin = re.sub(r"<!--.*?-->", "", text[start + 2 : start + _LONGEST_NAME], flags=re.DOTALL)
    return canonical(re.split(r"[|{}]", begin, maxsplit=1)[0])


def _values(call: str) -> dict[str, Wikicode] | None:
    if len(_MARKUP.findall(call)) > _MOST_MARKUP:
        return None
    read = mwparserfromhell.parse(call, skip_style_tags=True).nodes
    if len(read) != 1 or not isinstance(read[0], Template):
        return None
    return {_visible(parameter.name).strip(): parameter.value for parameter in read[0].params}


def plain(value: Wikicode) -> str:
    """The text of a value: no comments, references or markup; a link is its words, a file its name.

    A template inside stays as it is written, for what it shows is not known here.
    """
    return _STRESS.sub("", "".join(_text(node) for node in value.nodes)).strip()


def link(value: Wikicode) -> str:
    """The page that the whole of a value links to; empty when it is not one link."""
    shown = [node for node in value.nodes if not _passed_over(node)]
    if len(shown) != 1 or not isinstance(shown[0], Wikilink):
        return ""
    return " ".join(_visible(shown[0].title).replace("_", " ").split()).lstrip(":")


def coordinates(value: Wikicode) -> tuple[str, str]:
    """Latitude and longitude of a value that is one template of coordinates; empty for another.

    Understood are places in order, `{{coord|52.1|4.3}}` and `{{coord|52|6|0|N|4|18|0|E}}`, and the
    parameters NS and EW, `{{Coordinate|NS=52/6/0/N|EW=4/18/0/E}}`.
    """
    shown = [node for node in value.nodes if not _passed_over(node)]
    if len(shown) != 1 or not isinstance(shown[0], Template):
        return "", ""
    template = shown[0]
    if template.has("NS") and template.has("EW"):
        north, east = (plain(template.get(name).value).split("/") for name in ("NS", "EW"))
        return _degrees(north), _degrees(east)
    places = [plain(p.value) for p in template.params if not p.showkey]
    sides = [at for at, place in enumerate(places) if place.upper() in _SIDES]
    if len(sides) >= 2:
        first, second = sides[:2]
        if _SIDES[places[first].upper()] == "lat" and _SIDES[places[second].upper()] == "lon":
            return _degrees(places[: first + 1]), _degrees(places[first + 1 : second + 1])
        return "", ""
    more = [place for place in places[2:] if place and ":" not in place]  # beside notes as type:landmark
    if len(places) >= 2 and not more and all(_DECIMAL.fullmatch(place) for place in places[:2]):
        return places[0], places[1]
    return "", ""


def _degrees(parts: list[str]) -> str:
    """Degrees, minutes, seconds and side in the usual notation; a part alone is a decimal number."""
    parts = [part.strip() for part in parts if part.strip()]
    side = parts.pop().upper() if parts and parts[-1].upper() in _SIDES else ""
    return "".join(part + mark for part, mark in zip(parts, "°'\"", strict=False)) + side


def _passed_over(node: object) -> bool:
    if isinstance(node, Tag):
        return str(node.tag).strip().lower() in _UNSEEN
    return isinstance(node, Comment) or (isinstance(node, Text) and not _STRESS.sub("", str(node)).strip())


def _visible(code: Wikicode) -> str:
    return "".join(str(node) for node in code.nodes if not isinstance(node, Comment))


def _text(node: object) -> str:
    if isinstance(node, Comment):
        return ""
    if isinstance(node, Text):
        return str(node.value)
    if isinstance(node, HTMLEntity):
        return html.unescape(str(node))
    if isinstance(node, Wikilink):
        return _of_link(node)
    if isinstance(node, ExternalLink):
        return plain(node.title) if node.title is not None and node.brackets else str(node.url)
    if isinstance(node, Tag):
        return _of_tag(node)
    if isinstance(node, Argument):
        return plain(node.default) if node.default is not None else ""
    return str(node)


def _of_link(node: Wikilink) -> str:
    title = _visible(node.title).strip()
    file = _FILE.fullmatch(title.lstrip(":"))
    if file:
        return file[1].strip()
    return plain(node.text) if node.text is not None else title.lstrip(":")


def _of_tag(node: Tag) -> str:
    name = str(node.tag).strip().lower()
    if name in _UNSEEN:
        return ""
    if name in _BREAKS:
        return "\n"
    return plain(node.contents) if node.contents is not None else ""
