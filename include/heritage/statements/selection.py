"""Which edits a decision is about: the kinds and the scope cut out of the EDITS table."""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from heritage.model.arrow import pc
from heritage.model.digest import canonical_json, digest_json
from heritage.model.edit import Content, Kind
from heritage.model.evidence import Level
from heritage.model.governance import Proposal, Scope

ENDANGERED = [level.value for level in Level if level.endangered]


def kinds_of(content: Content) -> list[str]:
    """The kinds of information inside, sorted."""
    kinds = {s.kind for s in content.statements} | {r.kind for r in content.references}
    if content.labels or content.descriptions or content.aliases:
        kinds.add(Kind.NAMES)
    return sorted(kinds)


@dataclass(frozen=True, slots=True)
class Cut:
    """The records that a proposal is about; `region` is the item of an administrative area."""

    scope: Scope
    region: str = ""


def select(edits: pa.Table, kinds: Collection[Kind], scope: Scope, region: str = "") -> pa.Table:
    """The edits narrowed to these kinds and this scope; a new item is there whole or not at all.

    Every edit gets an id of its own, made from the kinds that it is narrowed to: the rest may be decided and
    sent later, and what has been sent meanwhile does not change the ids of what is left.
    """
    return union(edits, dict.fromkeys(kinds, (Cut(scope, region),)))


def cuts_of(proposals: Iterable[Proposal]) -> dict[Kind, frozenset[Cut]]:
    """Each kind that the proposals are about, with what they ask for of it."""
    wanted: dict[Kind, frozenset[Cut]] = {}
    for proposal in proposals:
        kind = Kind(proposal.kind)
        wanted[kind] = wanted.get(kind, frozenset()) | {Cut(proposal.scope, proposal.region)}
    return wanted


def union(edits: pa.Table, wanted: Mapping[Kind, Collection[Cut]]) -> pa.Table:
    """One row an item for several kinds at once, each with its own cuts: what lies in several is there
    once."""
    inside = {cut: _inside(edits, cut) for cut in {cut for cuts in wanted.values() for cut in cuts}}
    if not inside:
        return edits.slice(0, 0)
    by_kind = [np.any([inside[cut] for cut in cuts], axis=0) for cuts in wanted.values()]
    # Rows for which the same kinds are wanted are narrowed together.
    sets, which = np.unique(np.stack(by_kind), axis=1, return_inverse=True)
    kinds = list(wanted)
    parts = [
        _narrowed(
            edits.filter(pa.array(which.reshape(-1) == number)),
            frozenset(kind for kind, there in zip(kinds, column, strict=True) if there),
        )
        for number, column in enumerate(sets.T)
        if column.any()
    ]
    return pa.concat_tables([edits.schema.empty_table(), *parts]).sort_by("record_id")


def _inside(edits: pa.Table, cut: Cut) -> NDArray[np.bool_]:
    if cut.scope is Scope.ALL:
        return np.ones(edits.num_rows, dtype=bool)
    if cut.scope is Scope.AT_RISK:
        found = pc.is_in(edits["level"], pa.array(ENDANGERED))
    elif cut.region and "region" in edits.column_names:
        found = pc.fill_null(pc.equal(edits["region"], cut.region), False)
    else:
        return np.zeros(edits.num_rows, dtype=bool)  # made before edits told their region
    return np.asarray(found.to_numpy(), dtype=bool)


def content_hash(edits: pa.Table) -> str:
    """What a decision is bound to: the same in every order of rows, another for any other edit."""
    rows = edits.select(["edit_id", "kinds"]).to_pylist()
    return digest_json(sorted([row["edit_id"], sorted(row["kinds"])] for row in rows))


def _narrowed(edits: pa.Table, kinds: frozenset[Kind]) -> pa.Table:
    inside = edits.select(["kinds"]).to_pylist()
    wanted = [index for index, row in enumerate(inside) if kinds.intersection(row["kinds"])]
    batches = edits.take(pa.array(wanted, pa.int64())).to_batches(max_chunksize=1000)
    narrowed = (
        pa.Table.from_pylist(
            [_part(row, kinds.intersection(row["kinds"])) for row in batch.to_pylist()], edits.schema
        )
        for batch in batches
    )
    return pa.concat_tables([edits.schema.empty_table(), *narrowed])


def _part(row: dict[str, Any], kinds: Collection[Kind]) -> dict[str, Any]:
    names = sorted(kinds)
    part = row | {"edit_id": digest_json([row["edit_id"], names])[:16], "kinds": names}
    if len(names) < len(row["kinds"]):
        part |= {"content": only(row["content"], kinds), "additions": only(row["additions"], kinds)}
    return part


def only(text: str, kinds: Collection[Kind]) -> str:
    """The JSON of a content less what is of other kinds. On the JSON itself: registers have 400,000 rows."""
    kept: dict[str, Any] = {}
    for part, inside in json.loads(text).items():
        if part in ("statements", "references"):
            inside = [one for one in inside if one["kind"] in kinds]
        elif Kind.NAMES not in kinds:
            continue
        if inside:
            kept[part] = inside
    return canonical_json(kept)
