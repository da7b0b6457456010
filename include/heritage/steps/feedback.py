"""What Wikidata knows better than a register: a file for the register's owner, whom alone it is for."""

import logging
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

import pyarrow as pa

from heritage.model.arrow import pc, rows_together
from heritage.model.disclosure import Disclosure
from heritage.model.edit import CoordinateValue, ItemValue, Statement, TextValue
from heritage.ports.feedback import About, Feedback, Remark, Sure
from heritage.ports.files import SnapshotStore
from heritage.ports.wiki import READ_TOGETHER, Entity
from heritage.spec.dataset import DatasetSpec
from heritage.statements import properties as p
from heritage.statements.desired import desired
from heritage.statements.difference import distance_m
from heritage.statements.live import DEPRECATED, LiveItem, parse_entity
from heritage.statements.remarks import (
    DEMOLISHED,
    ENDED,
    GONE,
    STATE,
    identifiers_of,
    official_names,
    others,
    plain,
    sourced,
)
from heritage.statements.text import folded
from heritage.steps.claims import Claims
from heritage.steps.exact_records import exact_records

log = logging.getLogger(__name__)


class Reads(Protocol):
    """Asked id to the item as it is now."""

    def read(self, qids: list[str]) -> Mapping[str, Entity]: ...


def feedback(
    spec: DatasetSpec,
    *,
    store: SnapshotStore,
    basis: str,
    wiki: Reads,
    today: date,
    progress: Callable[[int, int], None] | None = None,
) -> Feedback:
    """Remarks on the records of the newest good snapshot that have an item and may be told exactly, and that
    no other register protects. Of a record its id alone is repeated, all else is Wikidata's. Raises as
    `exact_records`, and WikiBusy."""
    exact = exact_records(spec, store=store, basis=basis)
    compared = exact.records.filter(pc.is_in(exact.records["record_id"], pa.array(exact.items, pa.string())))
    ids = frozenset(map(str, exact.records["record_id"].to_pylist()))
    claims = Claims.read(store, spec.id)
    remarks: list[Remark] = []
    on_item: dict[str, list[str]] = defaultdict(list)
    for some in rows_together(compared, READ_TOGETHER, progress):
        entities = wiki.read(sorted({exact.items[row["record_id"]] for row in some}))
        for row in some:
            asked = exact.items[row["record_id"]]
            own = spec.item.identifier, row["record_id"]
            if asked in entities and claims.on(parse_entity(entities[asked]), own) is Disclosure.S0:
                on_item[entities[asked]["id"]].append(row["record_id"])
                remarks += _Compared(spec, row, entities[asked], asked, ids, today).remarks()
    for qid, records in on_item.items():
        for record_id in records if len(records) > 1 else ():
            rest = ", ".join(one for one in records if one != record_id)
            remarks.append(
                Remark(record_id, About.TWICE, rest, "", qid, "", Sure.UNSOURCED, "their items were merged")
            )
    remarks.sort(key=lambda one: (one.record_id, list(About).index(one.about), one.lang, one.value))
    log.info("%d remarks on %d records of %s.", len(remarks), compared.num_rows, spec.title)
    return Feedback(
        spec.id, spec.title, spec.publisher.name, tuple(remarks), compared.num_rows, exact.kept_back
    )


@dataclass(frozen=True, slots=True)
class _Compared:
    """One record and its item."""

    spec: DatasetSpec
    row: Mapping[str, Any]
    entity: Entity
    asked: str
    ids: frozenset[str]
    today: date

    def remarks(self) -> Iterator[Remark]:
        live = parse_entity(self.entity)
        said = {one.property: one for one in desired(self.row, self.spec, self.today, new=False).statements}
        yield from self._place(live, said.get(p.POINT))
        yield from self._date(live, said.get(p.INCEPTION))
        yield from self._state(live)
        yield from self._names(live)
        yield from self._links(live)
        if live.qid != self.asked:
            yield self._remark(
                About.MERGED, live.qid, "", "", Sure.UNSOURCED, f"{self.asked} was merged into it"
            )
        yield from self._doubled(live)

    def _place(self, live: LiveItem, ours: Statement | None) -> Iterator[Remark]:
        for value, source in others(live, ours, p.POINT, self._register):
            if self.row["lat"] is None:
                yield self._stated(About.PLACE_MISSING, value, p.POINT, source)
            elif ours and isinstance(ours.value, CoordinateValue):
                metres = min(_distances(live, ours.value))
                yield self._stated(About.PLACE_DIFFERS, value, p.POINT, source, f"{metres:,.0f} m apart")

    def _date(self, live: LiveItem, ours: Statement | None) -> Iterator[Remark]:
        about = About.DATE_DIFFERS if self.row["inception"] else About.DATE_MISSING
        if about is About.DATE_MISSING or ours:
            for value, source in others(live, ours, p.INCEPTION, self._register):
                yield self._stated(about, value, p.INCEPTION, source)

    def _state(self, live: LiveItem) -> Iterator[Remark]:
        for statement, source in sourced(live, DEMOLISHED, self._register):
            yield self._stated(About.DEMOLISHED, plain(statement), DEMOLISHED, source)
        for statement, source in sourced(live, STATE, self._register):
            if isinstance(statement.value, ItemValue) and statement.value.qid in GONE:
                yield self._stated(About.DEMOLISHED, plain(statement), STATE, source)
        for statement, source in sourced(live, p.DESIGNATION, self._register):
            ended = any(snak.property == ENDED for snak in statement.qualifiers)
            if ended and statement.value == ItemValue(self.row["designation_item"] or ""):
                yield self._stated(About.DELISTED, plain(statement), p.DESIGNATION, source)

    def _names(self, live: LiveItem) -> Iterator[Remark]:
        given = [*(self.row["names"] or ()), {"lang": self.row["lang"], "text": self.row["name"]}]
        known = {name["lang"] for name in given if name["lang"]}
        texts = {folded(name["text"]) for name in given if name["text"]}
        told = set(known)
        for lang, text, pid, source in official_names(live, known, self._register):
            told.add(lang)
            yield self._stated(About.NAME, text, pid, source, lang=lang)
        for lang, text in live.labels.items():
            if lang not in told and folded(text) not in texts:
                yield self._remark(About.NAME, text, "label", "", Sure.UNSOURCED, lang=lang)

    def _links(self, live: LiveItem) -> Iterator[Remark]:
        for pid, value in identifiers_of(self.entity, self.spec.item.identifier):
            yield self._remark(About.IDENTIFIER, value, pid, "", Sure.UNSOURCED)
        for statement in live.statements:
            if statement.property == p.IMAGE and statement.rank != DEPRECATED and not self.row["image"]:
                yield self._remark(About.IMAGE, plain(statement), p.IMAGE, "", Sure.UNSOURCED)

    def _doubled(self, live: LiveItem) -> Iterator[Remark]:
        own = self.spec.item.identifier
        values = (s.value for s in live.statements if s.property == own and s.rank != DEPRECATED)
        also = sorted({value.text for value in values if isinstance(value, TextValue)} & self.ids)
        rest = [one for one in also if one != self.row["record_id"]]
        if rest and self.row["record_id"] in also:
            detail = "the item carries both ids"
            yield self._remark(About.TWICE, ", ".join(rest), own or "", "", Sure.UNSOURCED, detail)

    @property
    def _register(self) -> str | None:
        return self.spec.item.register_item

    def _stated(
        self, about: About, value: str, property: str, source: str, detail: str = "", lang: str = ""
    ) -> Remark:
        sure = Sure.SOURCED if source else Sure.REFERENCED
        return self._remark(about, value, property, source, sure, detail, lang)

    def _remark(
        self,
        about: About,
        value: str,
        property: str,
        source: str,
        sure: Sure,
        detail: str = "",
        lang: str = "",
    ) -> Remark:
        item = self.entity["id"]
        return Remark(self.row["record_id"], about, value, property, item, source, sure, detail, lang)


def _distances(live: LiveItem, ours: CoordinateValue) -> list[float]:
    points = (s.value for s in live.statements if s.property == p.POINT)
    return [distance_m(one, ours) for one in points if isinstance(one, CoordinateValue)]
