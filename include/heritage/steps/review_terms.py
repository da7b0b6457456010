"""Questions to people about a register's own terms that nobody has mapped to an item yet."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime

import pyarrow as pa
from rapidfuzz import fuzz, process

from heritage.model.arrow import pc
from heritage.model.digest import digest_json
from heritage.model.review import NONE_OF_THESE, ReviewKind, ReviewTask, Suggestion
from heritage.model.tables import TERMS
from heritage.ports.files import ItemIndex, SnapshotStore
from heritage.review.suggestion_json import to_json
from heritage.spec.campaign import Campaign
from heritage.steps.recon_names import folded
from heritage.steps.review_asked import task_id
from heritage.steps.review_matches import covered_records
from heritage.steps.risk_sites import RegisterRisk, table_of

CARRIED_IN = {"classes": "type", "designation": "designation", "admin": "municipality"}
"""Where a description maps a term, and the column of the records that carries it."""
_USED_AS = {
    "classes": ("superclasses", "classes"),
    "designation": ("designations",),
    "admin": ("admin_chain",),
}
_PLACE = "item."
_OFFERED = 5
_ALIKE = 70.0
"""Per cent of letters in common from which on a name is offered."""


def term_tasks(
    campaign: Campaign,
    register: RegisterRisk,
    *,
    store: SnapshotStore,
    index: ItemIndex,
    now: datetime,
    gold: Mapping[str, str],
) -> list[ReviewTask]:
    """A task for each term without an item, those of most records first, that a record carries which may be
    told; `gold` (term to item) makes tests. Terms that nothing in the index is called like are left out."""
    spec = register.spec
    terms = table_of(store, spec.id, register.snapshot, "terms", TERMS.names, TERMS).to_pylist()
    covered, tasks = covered_records(campaign, register), []
    for key, column in CARRIED_IN.items():
        open_terms = [
            row for row in terms if row["key"] == key and (row["item"] is None or row["term"] in gold)
        ]
        carried = _carried(register, column, covered)
        wanted = [row for row in open_terms if carried.get(row["term"])]
        if not wanted:
            continue
        names = _names(index, key)
        for row in wanted:
            offered, right = _alike(row["term"], names), gold.get(row["term"], "")
            if not offered or (row["item"] is not None and not right):
                continue
            choices = (*offered, NONE_OF_THESE)
            right = right if right in choices or not right else NONE_OF_THESE
            said = to_json(Suggestion(term=row["term"], column=row["column"], generator=f"{_PLACE}{key}"))
            content = digest_json([key, row["column"], row["term"]])[:32]
            asked = (campaign.id, ReviewKind.TERM, spec.id, "", choices, said, content)
            tasks.append(
                ReviewTask(task_id(*asked, gold=bool(right)), *asked[:6], "", content, now, gold=right)
            )
    return tasks


def mapped_at(said: Suggestion) -> str:
    """Where the description of the register maps a term: classes, designation or admin."""
    return said.generator.removeprefix(_PLACE)


def examples_of(register: RegisterRisk, said: Suggestion, many: int) -> list[str]:
    """Names of records that carry a term and may be told."""
    term, column = said.term, CARRIED_IN.get(mapped_at(said))
    if column is None:
        return []
    records = register.records
    told = pc.is_in(records["record_id"], value_set=pa.array(register.sites["record_id"], pa.string()))
    rows = records.filter(pc.and_(told, pc.fill_null(pc.equal(records[column], term), fill_value=False)))
    names = [str(name) for name in rows["name"].to_pylist() if name]
    return list(dict.fromkeys(names))[:many]


def _carried(register: RegisterRisk, column: str, covered: set[str]) -> Mapping[str, int]:
    """How many records of those carry each term."""
    records = register.records
    rows = records.filter(pc.is_in(records["record_id"], value_set=pa.array(sorted(covered), pa.string())))
    return Counter(str(term) for term in rows[column].to_pylist() if term)


def _names(index: ItemIndex, key: str) -> dict[str, list[str]]:
    """Folded names of the items that items name as such, with their ids: those that most do come first."""
    columns = _USED_AS[key]
    items = index.items(["qid", "labels", "aliases", *columns])
    counts: dict[str, int] = defaultdict(int)
    for column in columns:
        for one in pc.list_flatten(items[column]).value_counts().to_pylist():
            counts[one["values"]] += one["counts"]
    known = items.filter(pc.is_in(items["qid"], value_set=pa.array(sorted(counts), pa.string())))
    names: dict[str, list[str]] = defaultdict(list)
    rows = known.select(["qid", "labels", "aliases"]).to_pylist()
    rows.sort(key=lambda row: (-counts[row["qid"]], row["qid"]))
    for row in rows:
        for name in dict.fromkeys(folded(one["text"]) for one in _texts(row)):
            names[name].append(row["qid"])
    return names


def _texts(row: Mapping[str, list[dict[str, str]] | None]) -> Iterable[dict[str, str]]:
    return [*(row["labels"] or ()), *(row["aliases"] or ())]


def _alike(term: str, names: Mapping[str, list[str]]) -> tuple[str, ...]:
    """The items that are called so, or nearly so, the nearest first."""
    wanted, known = folded(term), list(names)
    near = process.extract(wanted, known, scorer=fuzz.WRatio, limit=4 * _OFFERED, score_cutoff=_ALIKE)
    ranked = [*([wanted] if wanted in names else []), *(str(name) for name, *_ in near)]
    return tuple(dict.fromkeys(qid for name in ranked for qid in names[name]))[:_OFFERED]
