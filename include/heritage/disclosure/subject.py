"""Reads from a record, its evidence and its register what the rules look at."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from heritage.disclosure.decide import Subject
from heritage.disclosure.people import NOBODY, Standing
from heritage.disclosure.rules import DisclosureRules
from heritage.model.evidence import Evidence, Level, Status

COLUMNS = (
    *("record_id", "kind", "name", "names", "type", "class_item", "designation", "designation_item"),
    *("country", "municipality", "address", "restriction", "place_method", "precision_m", "lat", "lon"),
)
"""What of a record the rules read."""


@dataclass(frozen=True, slots=True)
class Register:
    """What all records of a register have in common. `territory` is the ISO code of its country's folder."""

    identifier: str | None
    country: str | None
    territory: str | None


@dataclass(frozen=True, slots=True)
class Said:
    """What the rules see of a record's risk: its level, and what its evidence speaks of."""

    level: Level = Level.UNKNOWN
    looted: bool = False
    embattled: bool = False
    helps_thieves: bool = False
    reported: bool = False

    @classmethod
    def of(cls, level: Level, evidence: Sequence[Evidence], rules: DisclosureRules, today: date) -> "Said":
        """`evidence` is what the level was judged by, ended items included."""
        if not evidence:
            return cls(level)
        return cls(
            level=level,
            looted=_looted(evidence, rules, today),
            embattled=_embattled(evidence, rules, today),
            helps_thieves=rules.condition.words.among(
                *(said for e in evidence for said in (e.raw_value, e.meaning))
            ),
            reported=any(e.scheme in rules.reporters.schemes or e.assessor for e in evidence),
        )


NOTHING_SAID = Said()


def read_subject(
    record: Mapping[str, Any],
    register: Register,
    rules: DisclosureRules,
    *,
    said: Said = NOTHING_SAID,
    people: Standing = NOBODY,
) -> Subject:
    """The subject of a record (COLUMNS). What it reads of a record, `all_rulings` tells records apart by."""
    names = _names(record)
    texts = (record["type"], record["designation"], *names)
    marked, in_use, moved = rules.conflict.words
    return Subject(
        kind=record["kind"],
        type=record["type"],
        class_item=record["class_item"],
        country=record["country"] or register.country,
        restriction=record["restriction"],
        place_method=record["place_method"],
        # Only some methods are judged by their precision; without it most records share one ruling.
        precision_m=record["precision_m"]
        if record["place_method"] in rules.source_precision.methods
        else None,
        identifier=register.identifier,
        level=said.level,
        territory=register.territory,
        designation_item=record["designation_item"],
        named=_named(names, register, rules),
        visited=rules.visitors.words.among(*texts),
        secret=rules.knowledge.words.among(record["restriction"], *texts),
        address_hidden=rules.hidden_address.words.among(record["address"]),
        looted=said.looted,
        embattled=said.embattled,
        marked=marked.among(record["designation"]),
        in_use=in_use.among(*texts),
        moved=moved.among(*texts),
        helps_thieves=said.helps_thieves
        or rules.condition.words.among(record["type"], record["designation"]),
        reported=said.reported,
        people=people,
    )


def _names(record: Mapping[str, Any]) -> tuple[str, ...]:
    texts = [record["name"], *(name["text"] for name in record["names"] or ())]
    return tuple(dict.fromkeys(text for text in texts if text))


def _named(names: Sequence[str], register: Register, rules: DisclosureRules) -> frozenset[int]:
    if register.identifier in rules.published_lists:
        return frozenset()
    return frozenset(
        number
        for number, category in enumerate(rules.categories)
        if category.names and any(category.of_names.meant(name, rules.others) for name in names)
    )


def _looted(evidence: Sequence[Evidence], rules: DisclosureRules, today: date) -> bool:
    since = (pd.Timestamp(today) - pd.DateOffset(years=rules.looting.years)).date()
    return any(
        item.observed >= since
        and item.status is not Status.RETRACTED
        and _of(item.causes, rules.looting.causes)
        for item in evidence
    )


def _embattled(evidence: Sequence[Evidence], rules: DisclosureRules, today: date) -> bool:
    return any(
        item.scheme in rules.conflict.schemes and item.status is Status.LIVE and today < item.valid_until
        for item in evidence
    )


def _of(some: Sequence[str], wanted: Sequence[str]) -> bool:
    return not set(some).isdisjoint(wanted)
