"""Reads YAML that anybody may have written: small, flat, without anchors, every key once."""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from heritage.spec.yaml_words import in_words, place

LARGEST = 256 * 1024
"""Bytes of a file; a description has about 2,000, and long lists belong into a table beside it."""
_DEEPEST = 20
# libyaml is ten times as fast as the parser written in Python
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_yaml(path: Path) -> Any:
    """The content of a file. Raises ValueError with the line of what is refused, or OSError."""
    size = path.stat().st_size
    if size > LARGEST:
        raise ValueError(
            f"{size:,} bytes are more than the {LARGEST:,} that are read; move long lists into a table (CSV)"
        )
    text = _decoded(path.read_bytes())
    try:
        return _copied(_parsed(text))
    except yaml.YAMLError as error:
        raise ValueError(in_words(error, text)) from None
    except _Refused as refused:
        raise ValueError(place(text, refused.mark.line, refused.mark.column, str(refused))) from None
    except ValueError as error:
        raise ValueError(_no_value(text) or str(error)) from None


@lru_cache(maxsize=512)
def _parsed(text: str) -> Any:
    """Kept by what a file says: one run looks at the same descriptions and vocabularies again and again."""
    _refuse_tricks(text)
    return yaml.load(text, Loader=_Loader)  # noqa: S506 - a safe loader


def _copied(value: Any) -> Any:
    """The same in mappings and lists of its own, which whoever asked may change."""
    if isinstance(value, dict):
        return {key: _copied(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_copied(part) for part in value]
    return value


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start)
        raise ValueError(f"line {row + 1}: not in UTF-8: save the file as UTF-8 in your editor") from None


class _Refused(ValueError):
    """Something at `mark` that YAML allows and a description does not."""

    def __init__(self, event: yaml.NodeEvent, what: str) -> None:
        super().__init__(what)
        self.mark: Any = event.start_mark


def _no_value(text: str) -> str | None:
    """The first text that has the form of a date or number and is none, as 2001-13-45."""
    nodes = [yaml.compose(text, Loader=_Loader)]
    while nodes:
        node = nodes.pop(0)
        if isinstance(node, yaml.ScalarNode):
            try:
                yaml.SafeLoader("").construct_object(node)
            except ValueError as error:
                mark = node.start_mark
                return place(text, mark.line, mark.column, f"{node.value} goes in quotes ({error})")
        elif node is not None:
            nodes += [part for pair in node.value for part in (pair if isinstance(pair, tuple) else (pair,))]
    return None


def line_of(path: Path, keys: Sequence[Any]) -> int | None:
    """The line (from 1) where the value at `keys` stands, or the last of the keys that are there."""
    node = yaml.compose(path.read_text(encoding="utf-8"), Loader=_Loader)
    line = None
    for key in keys:
        found = None
        if isinstance(node, yaml.MappingNode):
            found = next((pair for pair in node.value if pair[0].value == str(key)), None)
        elif isinstance(node, yaml.SequenceNode) and isinstance(key, int) and key < len(node.value):
            found = (node.value[key], node.value[key])
        if found is None:
            break
        line, node = found[0].start_mark.line + 1, found[1]
    return line


def _refuse_tricks(text: str) -> None:
    """Goes through the events of the parser, which are made one by one: nothing is built or resolved yet,
    and what is nested too deeply is met before it costs time."""
    open_nodes: list[dict[str, int] | None] = []  # of a mapping: its keys and their lines; None: a list
    key_is_next: list[bool] = []
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            open_nodes.pop()
            key_is_next.pop()
            continue
        if not isinstance(event, yaml.NodeEvent):
            continue
        if event.anchor is not None:
            what = "anchors and aliases (& and *) are not allowed, write it out"
            raise _Refused(event, f"{what}; a text that begins so goes in quotes")
        if tag := getattr(event, "tag", None):
            raise _Refused(
                event, f"tags such as {tag} are not allowed; a text that begins with ! goes in quotes"
            )
        if open_nodes and open_nodes[-1] is not None:
            if key_is_next[-1]:
                _take_key(event, open_nodes[-1])
            key_is_next[-1] = not key_is_next[-1]
        if isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            if len(open_nodes) == _DEEPEST:
                raise _Refused(event, f"nested more than {_DEEPEST} levels deep")
            open_nodes.append({} if isinstance(event, yaml.MappingStartEvent) else None)
            key_is_next.append(True)


def _take_key(event: yaml.NodeEvent, known: dict[str, int]) -> None:
    if not isinstance(event, yaml.ScalarEvent):
        raise _Refused(event, "a key is a single text")
    if event.value in known:
        what = f"the key {event.value!r} stands in line {known[event.value]} already: keep one of the two"
        raise _Refused(event, what)
    if event.value == "<<" and event.implicit[0]:
        raise _Refused(event, "merging with << is not allowed, write it out")
    known[event.value] = event.start_mark.line + 1  # type: ignore[union-attr]  # a parser of text always tells
