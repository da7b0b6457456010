"""Which edits a decision is about: the kinds and the scope cut out of the EDITS table."""

from collections.abc import Collection, Mapping
from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc

from heritage.model.digest import digest_json
from heritage.model.edit import Content, Kind
from heritage.model.evidence import Level
from heritage.model.governance import Scope
from heritage.statements.content_json import from_json, to_json

ENDANGERED = [level.value for level in Level if level.endangered]


def kinds_of(content: Content) -> list[str]:
    """The kinds of information inside, sorted."""
    kinds = {s.kind for s in content.statements} | {r.kind for r in content.references}
    if content.labels or content.descriptions or content.aliases:
        kinds.add(Kind.NAMES)
    return sorted(kinds)


def narrow(content: Content, kinds: Collection[Kind]) -> Content:
    """Only what is of these kinds."""
    names = Kind.NAMES in kinds
    return replace(
        content,
        labels=content.labels if names else {},
        descriptions=content.descriptions if names else {},
        aliases=content.aliases if names else {},
        statements=tuple(s for s in content.statements if s.kind in kinds),
        references=tuple(r for r in content.references if r.kind in kinds),
    )


def select(edits: pa.Table, kinds: Collection[Kind], scope: Scope) -> pa.Table:
    """The edits narrowed to these kinds and this scope; a new item is there whole or not at all.

    An edit of which only a part is wanted gets an id of its own: the rest may be decided and sent later.
    """
    return union(edits, dict.fromkeys(kinds, scope))


def union(edits: pa.Table, wanted: Mapping[Kind, Scope]) -> pa.Table:
    """One row an item for several kinds at once, each with its own scope."""
    everywhere = frozenset(kind for kind, scope in wanted.items() if scope is Scope.ALL)
    endangered = pc.is_in(edits["level"], pa.array(ENDANGERED))
    return pa.concat_tables(
        [
            _narrowed(edits.filter(endangered), frozenset(wanted)),
            _narrowed(edits.filter(pc.invert(endangered)), everywhere),
        ]
    ).sort_by("record_id")


def content_hash(edits: pa.Table) -> str:
    """What a decision is bound to: the same in every order of rows, another for any other edit."""
    rows = edits.select(["edit_id", "kinds"]).to_pylist()
    return digest_json(sorted([row["edit_id"], sorted(row["kinds"])] for row in rows))


def _narrowed(edits: pa.Table, kinds: frozenset[Kind]) -> pa.Table:
    rows = []
    untouched = []
    for index, row in enumerate(edits.select(["kinds"]).to_pylist()):
        inside = row["kinds"]
        wanted = kinds.intersection(inside)
        if not wanted:
            continue
        if wanted == set(inside):
            untouched.append(index)
        else:
            rows.append(_part(edits.slice(index, 1).to_pylist()[0], wanted))
    return pa.concat_tables(
        [edits.take(pa.array(untouched, pa.int64())), pa.Table.from_pylist(rows, schema=edits.schema)]
    )


def _part(row: dict[str, object], kinds: Collection[Kind]) -> dict[str, object]:
    names = sorted(kinds)
    return row | {
        "edit_id": digest_json([row["edit_id"], names])[:16],
        "kinds": names,
        "content": to_json(narrow(from_json(str(row["content"])), kinds)),
        "additions": to_json(narrow(from_json(str(row["additions"])), kinds)),
    }
