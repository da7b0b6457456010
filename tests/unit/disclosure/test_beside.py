"""R10 pair by pair, as the rule says it, and in columns."""

import math
from collections import Counter
from typing import Any

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from heritage.adapters.vocabularies import YamlVocabularies
from heritage.disclosure.beside import COMMON, exposing
from heritage.disclosure.words import fold, tokens
from heritage.model.disclosure import Disclosure
from heritage.model.tables import PROTECTED, RECORDS
from register_examples import VOCABULARIES

RULES = YamlVocabularies(VOCABULARIES).disclosure().beside
CLASSES = [member.value for member in Disclosure]
METRES_PER_DEGREE = 111_319.49


def alone(row: dict[str, Any], own: int, identifier: str | None, protected: list[dict[str, Any]]) -> int:
    """The strictest class of what this record would reveal, asked of one protected record after the other."""
    seen = Counter(word for other in protected for word in frozenset().union(*map(tokens, other["names"])))
    names = [tokens(text) for text in {row["name"], *(one["text"] for one in row["names"] or ())} if text]
    found = [0]
    for other in protected:
        if (other["dataset"], other["record_id"]) == (row["dataset"], row["record_id"]):
            continue
        theirs = [name for name in map(tokens, other["names"]) if name]
        known = frozenset().union(*theirs)
        same = identifier is not None and (identifier, row["record_id"]) == (
            other["property"],
            other["record_id"],
        )
        alike = any(
            name in theirs
            or (
                any(seen[word] <= COMMON for word in name & known)
                and any(within(name, one) for one in theirs)
            )
            for name in names
        )
        if same or (alike and near(row, other)):
            found.append(CLASSES.index(other["disclosure"]))
    return max(found) if max(found) > own else 0


def within(one: frozenset[str], other: frozenset[str]) -> bool:
    smaller, larger = sorted((one, other), key=len)
    return smaller <= larger and (len(smaller) > 1 or all(len(word) >= 5 for word in smaller))


def near(row: dict[str, Any], other: dict[str, Any]) -> bool:
    if None in (row["lat"], row["lon"], other["lat"], other["lon"]):
        place = fold(row["municipality"] or "")
        return bool(place) and place == fold(other["municipality"] or "")
    east = ((other["lon"] - row["lon"] + 180) % 360 - 180) * math.cos(math.radians(row["lat"]))
    reach = sum(min(one["precision_m"] or 0.0, RULES.largest_precision_m) for one in (row, other))
    return math.hypot(other["lat"] - row["lat"], east) * METRES_PER_DEGREE <= RULES.radius_m + reach


def maybe(strategy: Any) -> Any:
    return st.none() | strategy


NAMES = st.lists(
    st.sampled_from(["Kents", "Hole", "Grave", "Inn", "é", "The", "-"]), min_size=1, max_size=3
).map(" ".join)
PLACE = {
    "dataset": st.sampled_from(["aa", "bb"]),
    "record_id": st.sampled_from(["1", "2", "3", "4"]),
    "municipality": maybe(st.sampled_from(["Leeds", "LEEDS ", "Torquay", ""])),
    "lat": maybe(st.sampled_from([53.0, 53.002, 53.02, -89.999, 90.0])),
    "lon": maybe(st.sampled_from([179.999, -179.999, 0.0, 0.004, 180.0, -180.0])),
    "precision_m": maybe(st.sampled_from([10.0, 1500.0, 9000.0])),
}
ROWS = st.fixed_dictionaries(
    PLACE
    | {
        "name": maybe(NAMES),
        "names": maybe(st.lists(st.fixed_dictionaries({"lang": st.just("en"), "text": NAMES}), max_size=2)),
        "own": st.integers(0, 5),
    }
)
OTHERS = st.fixed_dictionaries(
    PLACE
    | {
        "property": maybe(st.sampled_from(["P1216", "P999"])),
        "names": st.lists(NAMES, max_size=2),
        "disclosure": st.sampled_from(CLASSES[1:]),
    }
)
CROWD = [{"names": [name]} for name in ("Grave", "Grave Hole")]


@settings(deadline=None)
@given(st.lists(ROWS, max_size=8), st.lists(OTHERS, max_size=8), maybe(st.just("P1216")), st.booleans())
def test_in_columns_every_record_is_raised_as_it_is_alone(rows, others, identifier, crowded):
    if crowded:  # so many that the words of their names tell nothing any more
        far = dict.fromkeys(PROTECTED.names) | {"dataset": "cc", "record_id": "9", "disclosure": "S5"}
        others = others + [far | {"municipality": "Leeds"} | one for one in CROWD for _ in range(COMMON)]
    own = [row["own"] for row in rows]
    records = pa.Table.from_pylist(
        [dict.fromkeys(RECORDS.names) | {"kind": "site"} | row for row in rows], schema=RECORDS
    )
    protected = pa.Table.from_pylist(others, schema=PROTECTED)
    raised = exposing(records, np.array(own, dtype=np.int64), identifier, protected, RULES)
    assert raised.tolist() == [
        alone(row, before, identifier, others) for row, before in zip(rows, own, strict=True)
    ]
