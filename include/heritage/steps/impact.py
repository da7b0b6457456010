"""Counts what all uploads came to: for governance, and for partners who want to know what their data did."""

import logging
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache

import pyarrow as pa

from heritage.model.arrow import pc
from heritage.model.disclosure import Disclosure
from heritage.model.edit import Kind
from heritage.model.visit import Visit
from heritage.ports.clock import Clock
from heritage.ports.files import SnapshotStore
from heritage.ports.impact import Group, ImpactReport, Readership, Tally
from heritage.ports.media import MediaJournal
from heritage.ports.revisits import Delivered, VisitStore
from heritage.spec.dataset import DatasetSpec
from heritage.statements.content_json import from_json
from heritage.statements.selection import ENDANGERED
from heritage.steps.became import gains_of
from heritage.steps.exact_records import SILENT
from heritage.steps.tell_hub import TOLD

log = logging.getLogger(__name__)

_RISK = ("record_id", "level", "disclosure", "disclosure_rules")
_NOT_DESCRIBED = "not described any more"


def impact(
    *,
    visits: VisitStore,
    media: MediaJournal,
    store: SnapshotStore,
    specs: Mapping[str, DatasetSpec],
    country_name: Callable[[str], str],
    clock: Clock,
    since: date | None = None,
    to: date | None = None,
    publisher: str = "",
    readers: Callable[[Sequence[str]], Readership] | None = None,
    sample: bool = False,
) -> ImpactReport:
    """The report on edits that were confirmed from one day to another and stand by our own account.

    `publisher` is a part of a publisher's name, in any case. `readers` is given the items, the first edited
    first.
    """
    wanted = {name for name, spec in specs.items() if publisher.casefold() in spec.publisher.name.casefold()}
    counted = _Counted(specs, country_name, _of_records(store))
    for one in visits.delivered(since, to):
        if not one.dataset.startswith(TOLD) and (not publisher or one.dataset in wanted):
            counted.edit(one)
    for outcome in media.outcomes().values():
        day = outcome.ended.date() if outcome.ended else None
        within = day is not None and (since is None or day >= since) and (to is None or day <= to)
        if within and day and (not publisher or outcome.dataset in wanted):
            counted.images(outcome.dataset, day, outcome.confirmed)
    for visit in visits.newest(wanted if publisher else None):
        counted.visit(visit)
    items = list(counted.items)
    told = Readership(why="It was not asked for.")
    report = ImpactReport(
        made_at=clock.now(),
        since=since,
        to=to,
        publisher=publisher,
        whole=counted.whole.tally(),
        datasets=counted.groups("dataset"),
        countries=counted.groups("country"),
        publishers=counted.groups("publisher"),
        months=tuple(sorted(counted.groups("month"), key=lambda group: group.key)),
        languages=dict(counted.whole.languages.most_common()),
        readers=readers(items) if readers and items else told,
        sample=sample,
    )
    log.info(
        "Counted %d edits of %d items by %d datasets.",
        *(report.whole.edits, report.whole.items, len(report.datasets)),
    )
    return report


@dataclass(slots=True)
class _Sums:
    """A tally that grows."""

    title: str = ""
    numbers: Counter[str] = field(default_factory=Counter)
    items: set[tuple[str, str]] = field(default_factory=set)
    languages: Counter[str] = field(default_factory=Counter)
    records: dict[str, set[tuple[str, str]]] = field(default_factory=lambda: defaultdict(set))
    visits: list[Visit] = field(default_factory=list)

    def tally(self) -> Tally:
        return Tally(
            items=len(self.items),
            languages=tuple(sorted(self.languages)),
            at_risk=len(self.records["at_risk"]),
            protected=len(self.records["protected"]),
            visited=len(self.visits),
            parts=sum(one.parts for one in self.visits),
            kept=sum(one.kept for one in self.visits),
            enriched=len({one.item for one in self.visits if one.gains and one.gains.any}),
            gains=gains_of(self.visits),
            **self.numbers,
        )


@dataclass(slots=True)
class _Counted:
    specs: Mapping[str, DatasetSpec]
    country_name: Callable[[str], str]
    of_record: Callable[[str], tuple[frozenset[str], frozenset[str]]]
    whole: _Sums = field(default_factory=_Sums)
    items: dict[str, None] = field(default_factory=dict)
    """Every item once, in the order of the edits."""
    _groups: dict[tuple[str, str], _Sums] = field(default_factory=dict)
    _months: dict[tuple[str, str], str] = field(default_factory=dict)

    def edit(self, one: Delivered) -> None:
        content = from_json(one.content)
        images = sum(statement.kind is Kind.IMAGES for statement in content.statements)
        numbers = {
            "edits": 1,
            "new_items": int(one.creates),
            "statements": len(content.statements),
            "references": sum(bool(s.references) for s in content.statements) + len(content.references),
            "labels": len(content.labels),
            "images": images,
        }
        at_risk, protected = self.of_record(one.dataset)
        for sums in self._all(one.dataset, one.day):
            sums.numbers.update(numbers)
            sums.items.add((one.target, one.qid))
            sums.languages.update(content.labels.keys())
            if one.record_id in at_risk and (content.statements or content.references):
                sums.records["at_risk"].add((one.dataset, one.record_id))
            if one.record_id in protected:
                sums.records["protected"].add((one.dataset, one.record_id))
        self.items[one.qid] = None
        self._months[one.target, one.edit_id] = f"{one.day:%Y-%m}"

    def images(self, dataset: str, day: date, number: int) -> None:
        for sums in self._all(dataset, day):
            sums.numbers["images"] += number

    def visit(self, visit: Visit) -> None:
        """What became of an edit that was counted."""
        month = self._months.get((visit.target, visit.edit_id))
        if month:
            light = replace(visit, findings=(), drift=())
            for sums in self._all(visit.dataset, date.fromisoformat(f"{month}-01")):
                sums.visits.append(light)

    def groups(self, kind: str) -> tuple[Group, ...]:
        """Most statements first."""
        found = [
            Group(key, sums.title, sums.tally()) for (of, key), sums in self._groups.items() if of == kind
        ]
        return tuple(sorted(found, key=lambda one: (-one.tally.statements, -one.tally.edits, one.key)))

    def _all(self, dataset: str, day: date) -> list[_Sums]:
        spec = self.specs.get(dataset)
        country = (spec.item.country if spec else None) or ""
        name = spec.publisher.name if spec else _NOT_DESCRIBED
        keys = {
            "dataset": (dataset, spec.title if spec else dataset),
            "country": (country, self.country_name(country) if country else "several, or not stated"),
            "publisher": (name, name),
            "month": (f"{day:%Y-%m}", f"{day:%B %Y}"),
        }
        return [
            self.whole,
            *(self._groups.setdefault((kind, key), _Sums(title)) for kind, (key, title) in keys.items()),
        ]


def _of_records(store: SnapshotStore) -> Callable[[str], tuple[frozenset[str], frozenset[str]]]:
    """By dataset: the records at risk of which that may be told, and those that are not told exactly, as they
    are known today."""

    @cache
    def read(dataset: str) -> tuple[frozenset[str], frozenset[str]]:
        snapshot = store.last_good(dataset)
        try:
            if snapshot is None:
                return frozenset(), frozenset()
            risk = store.read_table(dataset, snapshot, "risk", _RISK)
        except FileNotFoundError:
            return frozenset(), frozenset()
        at_risk = risk.filter(pc.is_in(risk["level"], value_set=pa.array(ENDANGERED))).to_pylist()
        protected = risk.filter(pc.not_equal(risk["disclosure"], Disclosure.S0.value))
        return (
            # a count of few leads to the one that it is about, so none where nothing may be said of it
            frozenset(row["record_id"] for row in at_risk if not SILENT & set(row["disclosure_rules"] or ())),
            frozenset(map(str, protected["record_id"].to_pylist())),
        )

    return read
