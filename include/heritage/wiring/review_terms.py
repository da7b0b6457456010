"""Terms that people mapped, as rows of the lookup tables beside a register's description."""

import csv
import io
from dataclasses import dataclass
from pathlib import Path

from heritage.adapters.clock import SystemClock
from heritage.errors import HeritageError, SpecError
from heritage.model.review import NONE_OF_THESE, ReviewKind, Verdict
from heritage.review.suggestion_json import from_json
from heritage.spec.loader import find_spec
from heritage.spec.lookups import lookup_tables, read_table
from heritage.steps.review_terms import mapped_at
from heritage.wiring.settings import Settings
from heritage.wiring.stores import review_store


@dataclass(frozen=True, slots=True)
class MappedTerm:
    """A term and the item that people gave it; `key` of `item` maps it in the description."""

    key: str
    term: str
    item: str
    campaign: str
    task_id: str


def mapped_terms(settings: Settings, dataset: str) -> list[MappedTerm]:
    """What campaigns settled of a register's terms, by key and term; of several campaigns the newest."""
    found: dict[tuple[str, str], MappedTerm] = {}
    accepted = review_store(settings).tasks(dataset=dataset, verdicts=[Verdict.ACCEPTED], gold=False)
    for one in sorted(accepted, key=lambda one: (one.task.made_at, one.task.task_id)):
        said = from_json(one.task.suggestion) if one.task.kind is ReviewKind.TERM else None
        if said is not None and one.outcome.choice != NONE_OF_THESE:
            key, task = mapped_at(said), one.task
            mapped = MappedTerm(key, said.term, one.outcome.choice, task.campaign, task.task_id)
            found[key, said.term] = mapped
    return [found[place] for place in sorted(found)]


def write_terms(settings: Settings, dataset: str) -> dict[Path, int]:
    """Puts them into the lookup tables that the description names, and says how many into which.

    A term that somebody has mapped already keeps its item. Raises SpecError for a register that there is
    not, and HeritageError where a table is missing.
    """
    loaded = find_spec(settings.datasets, dataset)
    if loaded is None:
        raise SpecError(f"there is no register {dataset!r} in {settings.datasets}")
    tables, written = lookup_tables(loaded.path), {}
    by_key: dict[str, list[MappedTerm]] = {}
    for one in mapped_terms(settings, dataset):
        by_key.setdefault(one.key, []).append(one)
    used = []
    for key, terms in by_key.items():
        if key not in tables:
            raise HeritageError(
                f"{loaded.path.name} names no table at item.{key}: write these terms into it, or let "
                f"`heritage source terms {loaded.path.name}` make a table"
            )
        path = loaded.folder / tables[key]
        written[path] = _complete(path, {one.term: one for one in terms})
        used += [one.task_id for one in terms]
    review_store(settings).use(used, "terms", SystemClock().now())
    return written


def _complete(path: Path, terms: dict[str, MappedTerm]) -> int:
    """Fills in the items of terms that have none in the table, and adds those that are not in it."""
    columns, known, _ = read_table(path)
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    rows += [dict.fromkeys(columns, "") | {"term": term} for term in terms if term not in known]
    filled = 0
    for row in rows:
        mapped = terms.get(row["term"])
        if mapped and not row["item"].strip():
            row |= {"item": mapped.item, "mapped_by": f"campaign {mapped.campaign}"}
            filled += 1
    lines = io.StringIO(newline="")
    writer = csv.DictWriter(lines, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(lines.getvalue(), encoding="utf-8")
    return filled
