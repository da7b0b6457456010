"""Which column holds what: guessed from headers and cells, each guess with what spoke for it."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from heritage.spec.columns import ColumnWords
from heritage.spec.provisional import UNKNOWN_LICENCE
from heritage.steps.draft_columns import URL, Column
from heritage.steps.draft_ids import guess_id
from heritage.steps.draft_languages import language

_MOST_TERMS = 300
_MOST_NAMES = 4
_DATED = (
    r".*(?<!\d)(?:1\d|20)\d\d(?!\d).*|.*\d{1,2}[./-]\d{1,2}[./-]\d{2,4}.*|\d{12,13}"
    r"|.*\d(?:th|st|nd|rd|\.).*|.*[IVX]{2,}.*|.*(?:век|ст\.|世紀|時代).*|\[.+\]"
)
_LEAST_FILLED = 0.05
_PICTURE = r"\S.*\.(?:jpe?g|png|tiff?|gif|webp)(?:\?\S*)?"
_SINGLE = ("type", "designation", "municipality", "address", "restriction")
_DATES = ("inception", "designated")


@dataclass(slots=True)
class Roles:
    """Keys of `record` with what spoke for each; `ignore` and `personal` hold the other columns."""

    record: dict[str, Any] = field(default_factory=dict)
    evidence: dict[str, str] = field(default_factory=dict)
    personal: list[str] = field(default_factory=list)
    used: set[str] = field(default_factory=set)
    terms: dict[str, Column] = field(default_factory=dict)

    def take(self, role: str, value: Any, column: Column | None, evidence: str) -> None:
        """A guess: the columns it names are taken."""
        self.record[role], self.evidence[role] = value, evidence
        if column is not None:
            self.used.add(column.name)


def guess_roles(
    columns: Sequence[Column], words: ColumnWords, country: str | None, taken: Iterable[str]
) -> Roles:
    """The roles of the columns; `country` is a two-letter code, `taken` are columns of the coordinates.

    Raises ValueError when no column can be the id, or none the name.
    """
    roles = Roles(used=set(taken))
    free = [c for c in columns if c.name not in roles.used and c.texts and not c.name.startswith("geometry.")]
    roles.personal = [c.name for c in free if words.speak_for_people(c.name, c.contacts)]
    free = [c for c in free if c.name not in roles.personal]
    found = guess_id(free, words)
    roles.take("id", found.value, found.column, found.evidence)
    if found.repeats:
        roles.take("same_id", "first", None, "rows share ids; `reject` would put all of them aside")
    _guess_names(_left(free, roles), words, country, roles)
    for role in _SINGLE:
        _guess_single(role, _left(free, roles), words, roles)
    for role in _DATES:
        _guess_date(role, _left(free, roles), words, roles)
    _guess_addresses(free, words, roles)
    return roles


def _left(columns: Sequence[Column], roles: Roles) -> list[Column]:
    return [column for column in columns if column.name not in roles.used]


def _guess_names(columns: Sequence[Column], words: ColumnWords, country: str | None, roles: Roles) -> None:
    def worth(column: Column) -> float:
        if column.letters < 2.5 or column.share(URL) > 0.3 or column.share(r".{200,}") > 0.3:
            return -9.0
        spoken = bool(words.speak_for("name", column.words))
        address = bool(words.speak_for("address", column.words))
        various = column.different / max(len(column.texts), 1)
        return 3.0 * spoken - 1.5 * address + 2.0 * various + column.filled - 0.01 * column.place

    spoken = sorted((c for c in columns if words.speak_for("name", c.words) and worth(c) > 2), key=worth)
    chosen = spoken[::-1][:_MOST_NAMES] or [c for c in [max(columns, key=worth, default=None)] if c]
    if not chosen or worth(chosen[0]) < 0.5:
        raise ValueError("no column can be the name: none has words that differ from row to row")
    names: dict[str, str] = {}
    for column in chosen:
        lang = language(column, country)
        if lang not in names:
            names[lang] = column.name
            roles.used.add(column.name)
    by = "languages by header, script and country" if country else "no country found: look at the language"
    told = f"{chosen[0].told()}; {by}"
    if any(words.speak_for("address", c.words) for c in columns if c.name in names.values()):
        told = f"edit: it may be an address, by its header; {told}"
    roles.take("name", names, None, told)


def _guess_single(role: str, columns: Sequence[Column], words: ColumnWords, roles: Roles) -> None:
    terms = role in ("type", "designation", "restriction")
    for column in sorted(columns, key=lambda c: (-c.filled, c.place)):
        told = words.speak_for(role, column.words)
        if column.filled < _LEAST_FILLED:
            continue
        if not told or column.share(r"[\d.,:/ -]+") > 0.5 or column.share(URL) > 0.5:
            continue
        if terms and (column.different > _MOST_TERMS or column.different > 0.5 * column.rows):
            continue
        roles.take(role, column.name, column, f"{column.told()}; the header says {told[0]}")
        if role in ("type", "designation"):
            roles.terms[role] = column
        return


def _guess_date(role: str, columns: Sequence[Column], words: ColumnWords, roles: Roles) -> None:
    for column in columns:
        told = words.speak_for(role, column.words)
        if not told or column.filled < _LEAST_FILLED or column.share(_DATED) < 0.5:
            continue
        value: str | Mapping[str, str] = column.name
        if column.share(r"\d{12,13}") > 0.8:
            value = {"column": column.name, "date": "epoch_ms"}
        elif column.share(r"\d{1,2}[./-]\d{1,2}[./-]\d{2,4}.*") > 0.5:
            month_first = any(
                int(m[1]) > 12 for t in column.texts if (m := re.match(r"\d{1,2}[./-](\d{1,2})[./-]", t))
            )
            value = {"column": column.name, "date": "mdy" if month_first else "dmy"}
        roles.take(role, value, column, f"{column.told()}; the header says {told[0]}")
        return


def _guess_addresses(columns: Sequence[Column], words: ColumnWords, roles: Roles) -> None:
    for column in columns:
        if column.share(_PICTURE) > 0.5 and "image" not in roles.record:
            value = {"column": column.name, "licence": UNKNOWN_LICENCE}
            roles.take("image", value, column, "file names of pictures, whose licence is not known")
        elif (
            "url" not in roles.record
            and column.share(URL) > 0.5
            and (words.speak_for("url", column.words) or column.different > 0.5 * column.rows)
        ):
            roles.take("url", column.name, column, column.told())
