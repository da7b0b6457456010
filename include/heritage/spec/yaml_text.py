"""Reads YAML that anybody may have written: small, flat, without anchors, every key once."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

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
    try:
        text = path.read_text(encoding="utf-8")
        _refuse_tricks(text)
        return yaml.load(text, Loader=_Loader)  # noqa: S506 - a safe loader
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ValueError(f"not readable as YAML: {' '.join(str(error).split())}") from None


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
        line = event.start_mark.line + 1  # type: ignore[union-attr]  # a parser of text always tells
        if event.anchor is not None:
            raise ValueError(f"line {line}: anchors and aliases (& and *) are not allowed, write it out")
        if tag := getattr(event, "tag", None):
            raise ValueError(f"line {line}: tags such as {tag} are not allowed")
        if open_nodes and open_nodes[-1] is not None:
            if key_is_next[-1]:
                _take_key(event, line, open_nodes[-1])
            key_is_next[-1] = not key_is_next[-1]
        if isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            if len(open_nodes) == _DEEPEST:
                raise ValueError(f"line {line}: nested more than {_DEEPEST} levels deep")
            open_nodes.append({} if isinstance(event, yaml.MappingStartEvent) else None)
            key_is_next.append(True)


def _take_key(event: yaml.NodeEvent, line: int, known: dict[str, int]) -> None:
    if not isinstance(event, yaml.ScalarEvent):
        raise ValueError(f"line {line}: a key is a single text")
    if event.value in known:
        raise ValueError(f"line {line}: the key {event.value!r} stands in line {known[event.value]} already")
    if event.value == "<<" and event.implicit[0]:
        raise ValueError(f"line {line}: merging with << is not allowed, write it out")
    known[event.value] = line
