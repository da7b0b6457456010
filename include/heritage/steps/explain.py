"""Why a record was matched, or not: its candidates and the parts of each score, as far as they may be told.

A candidate says where it lies, and its distance where the record lies. So candidates and reasons are told
only of records that are shown exactly (S0), and of none that people look for and should not find (R12).
What is said of one record must not speak of others, which may be hidden: parts of a score that count other
records are told in one sum, and where records are hidden, so is what is said of all of them together.
"""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from heritage.disclosure.gate import place_for_export, publishable
from heritage.model.arrow import pc
from heritage.model.disclosure import Disclosure
from heritage.model.shown import printable, shorten
from heritage.model.tables import MATCHES
from heritage.ports.files import SnapshotStore
from heritage.ports.matching import CandidateShown, Decided, Explained, MatchList, Part, RecordShown
from heritage.reconcile import Settings
from heritage.spec.closed import LOCAL_ITEM
from heritage.steps.pair_weights import in_force
from heritage.steps.recon_words import feature_name, feature_value
from heritage.steps.risk_sites import RegisterRisk, table_of

_PAGE = 50
_UNSOUGHT = "R12"
_LONGEST = 600
_SURE = 40.0
"""Log-odds that no probability is further from even than, for the sum of its parts."""
_RIVALS = "What other items and records leave of it"
_OF_RECORDS = ("nearer_records", "records_of_name")
_START = "Before anything is compared"


def explain(
    register: RegisterRisk, record_id: str, *, store: SnapshotStore, settings: Settings
) -> Explained | None:
    """What may be told of one record; None when there is none, or none that may be told at all.

    Raises FileNotFoundError when the dataset was not reconciled.
    """
    here = pc.equal(register.records["record_id"], record_id)
    record, ruling = register.records.filter(here), _of(register.summary, record_id)
    shown = publishable(record, ruling).to_pylist()
    found = _of(_matches(register, store, MATCHES.names), record_id).to_pylist()
    places = place_for_export(record, ruling).to_pylist()
    if not len(shown) == len(places) == len(found) == 1:
        return None
    [one], [place], [match] = shown, places, found
    told = record_id in candidates_told(ruling)
    settings, learned_here = in_force(register.spec.id, register.snapshot, store=store, settings=settings)
    return Explained(
        _row(register, one, match, told),
        register.spec.title,
        one["type"],
        one["municipality"],
        place["lat"],
        place["lon"],
        place["cell_degrees"],
        place["uncertainty_m"],
        tuple(one["withheld"]),
        one["url"],
        tuple(_candidate(each, settings) for each in match["candidates"] or ()) if told else None,
        learned_here,
    )


def match_list(register: RegisterRisk, decided: Decided, page: int, *, store: SnapshotStore) -> MatchList:
    """A page of the records that may be told at all; each page of a record tells more.

    Raises FileNotFoundError when it was not reconciled.
    """
    # without the candidates, which are most of the table
    matches = _matches(register, store, ["record_id", "decision", "probability", "reason"])
    listed = pa.array(register.sites["record_id"], pa.string())
    matches = matches.filter(pc.is_in(matches["record_id"], value_set=listed))
    counts = {one: int(pc.sum(pc.equal(matches["decision"], one.value)).as_py() or 0) for one in Decided}
    matches = matches.filter(pc.equal(matches["decision"], decided.value))
    pages = max(1, math.ceil(matches.num_rows / _PAGE))
    page = min(max(page, 1), pages)
    order = matches.sort_by([("probability", "descending"), ("record_id", "ascending")])
    rows = order.slice((page - 1) * _PAGE, _PAGE)
    ids = rows["record_id"].combine_chunks()
    records = register.records.filter(pc.is_in(register.records["record_id"], value_set=ids))
    ruling = register.summary.filter(pc.is_in(register.summary["record_id"], value_set=ids))
    shown = {one["record_id"]: one for one in publishable(records, ruling).to_pylist()}
    told = candidates_told(ruling)
    seen = [
        _row(register, shown[match["record_id"]], match, match["record_id"] in told)
        for match in rows.to_pylist()
        if match["record_id"] in shown
    ]
    return MatchList(register.spec.id, register.spec.title, decided, seen, counts, page, pages)


def _matches(register: RegisterRisk, store: SnapshotStore, columns: list[str]) -> pa.Table:
    return table_of(store, register.spec.id, register.snapshot, "matches", columns, MATCHES)


def _of(table: pa.Table, record_id: str) -> pa.Table:
    return table.filter(pc.equal(table["record_id"], record_id))


def candidates_told(ruling: pa.Table) -> set[str]:
    """The records of which candidates may be told."""
    rows = ruling.select(["record_id", "disclosure", "disclosure_rules"]).to_pylist()
    kept = {
        row["record_id"]
        for row in rows
        if row["disclosure"] != Disclosure.S0 or _UNSOUGHT in (row["disclosure_rules"] or ())
    }
    return {row["record_id"] for row in rows} - kept


def _row(register: RegisterRisk, shown: dict[str, Any], match: dict[str, Any], told: bool) -> RecordShown:
    return RecordShown(
        register.spec.id,
        shown["record_id"],
        shown["name"] or "",
        shown["lang"],
        Decided(match["decision"]),
        match["probability"] if told else None,
        reason_told(register, match) if told else None,
    )


def reason_told(register: RegisterRisk, match: Mapping[str, Any]) -> str | None:
    """The decision's; where other records are hidden, only what its best candidate is like, if that is
    known here."""
    if len(candidates_told(register.summary)) == register.summary.num_rows:
        return _text(match["reason"])
    candidates = match.get("candidates") or ()
    return _text(candidates[0]["reason"]) if candidates else None


def _candidate(one: Mapping[str, Any], settings: Settings) -> CandidateShown:
    values = {part["name"]: part["value"] for part in one["features"] or ()}
    return CandidateShown(
        one["qid"],
        _text(one["label"] or ""),
        one["probability"],
        one["distance_m"],
        _text(one["reason"] or ""),
        parts(values, one["probability"], settings),
        not LOCAL_ITEM.fullmatch(one["qid"]),
    )


def parts(values: Mapping[str, float | None], probability: float, settings: Settings) -> tuple[Part, ...]:
    """What each part of a score adds to the logarithm of the odds, the weightiest first; they add up to it.

    The last two are where the model starts from, and what is left: the items and records that come near.
    """
    model = settings.pair_model
    columns = {
        name: np.array([math.nan if values.get(name) is None else values[name]], dtype=np.float64)
        for name in model.features
    }
    added = {name: float(weight[0]) for name, weight in model.contributions(columns).items()}
    added = {name: weight for name, weight in added.items() if weight and name not in _OF_RECORDS}
    found = [Part(feature_name(name), _value(name, values), weight) for name, weight in added.items()]
    found.sort(key=lambda part: (-abs(part.weight), part.name))
    rest = _log_odds(probability) - model.intercept - sum(added.values())
    return (*found, Part(_START, None, model.intercept, False), Part(_RIVALS, None, rest, False))


def _value(feature: str, values: Mapping[str, float | None]) -> float | None:
    value = values.get(feature)
    return None if value is None else feature_value(feature, value)


def _log_odds(probability: float) -> float:
    if probability <= 0 or probability >= 1:
        return -_SURE if probability <= 0 else _SURE
    return math.log(probability / (1 - probability))


def _text(text: str) -> str:
    return shorten(printable(text), _LONGEST)
