"""What becomes of evidence from pull to pull."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heritage.model.evidence import Axis, Evidence, Relation
from heritage.risk.ledger import Pull, carry, vanished
from heritage.risk.rows import evidence_of, evidence_table

WHOLE = Pull("now", schemes={"s"}, closes=True)


def item(record: str = "1", value: str = "bad", **changes: Any) -> Evidence:
    given: dict[str, Any] = {
        "record_id": record,
        "axis": Axis.STATE,
        "scheme": "s",
        "raw_value": value,
        "level": 3,
        "reliability": "A",
        "credibility": 2,
        "cap": 5,
        "observed": date(2026, 11, 1),
        "valid_until": date(2027, 11, 1),
        "source": "source",
        "url": "https://example.org",
        "independence_group": "g",
        "register": "xx_list",
        "snapshot": "now",
        "causes": ("natural",),
    }
    return Evidence(**given | changes)


def before(*items: Evidence) -> Any:
    return evidence_table(Evidence(**{**_fields(one), "snapshot": "before"}) for one in items)


def _fields(one: Evidence) -> dict[str, Any]:
    return {name: getattr(one, name) for name in one.__slots__}


def ends(table: Any) -> dict[str, tuple[str, str]]:
    return {row["raw_value"]: (row["status"], row["close_reason"]) for row in table.to_pylist()}


def test_what_is_said_again_is_kept_as_it_is_said_now():
    now = evidence_table([item(observed=date(2026, 12, 1))])
    assert carry(now, before(item()), WHOLE).to_pylist() == now.to_pylist()


def test_a_new_word_about_the_same_supersedes_the_old_one_even_if_it_is_milder():
    now = evidence_table([item(value="good", level=0)])
    assert ends(carry(now, before(item()), WHOLE)) == {"good": ("live", ""), "bad": ("superseded", "")}


def test_what_is_silently_gone_is_closed_and_nobody_knows_why():
    nothing = evidence_table([])
    assert ends(carry(nothing, before(item()), WHOLE)) == {"bad": ("closed", "delisted_unknown")}
    assert vanished(nothing, before(item(), item("2")), WHOLE) == 2


@pytest.mark.parametrize(
    ("pull", "end"),
    [
        (Pull("now", {"s"}, closes=False), ("live", "")),
        (Pull("now", {"other"}, closes=True), ("live", "")),
        (Pull("now", {"s"}, closes=True, unread={("1", "s")}), ("live", "")),
        (Pull("now", {"s"}, closes=True, taken_back={("1", "s")}), ("closed", "removed")),
    ],
)
def test_absence_closes_only_where_it_says_something(pull, end):
    gone = carry(evidence_table([]), before(item()), pull)
    assert ends(gone) == {"bad": end}
    assert vanished(evidence_table([]), before(item()), pull) == 0


def test_what_has_ended_stays_ended_and_may_come_back():
    closed = carry(evidence_table([]), before(item()), WHOLE)
    later = Pull("later", {"s"}, closes=True, taken_back={("1", "s")})
    assert ends(carry(evidence_table([]), closed, later)) == {"bad": ("closed", "delisted_unknown")}
    assert ends(carry(evidence_table([item(snapshot="later")]), closed, later)) == {"bad": ("live", "")}


def test_what_another_reading_of_the_same_pull_said_is_no_delisting():
    earlier = evidence_table([item(snapshot="now")])
    assert carry(evidence_table([]), earlier, WHOLE).num_rows == 0


def test_an_entry_is_gone_for_each_of_its_subjects():
    part = {"entry": "e1", "relation": Relation.PART_OF}
    gone = carry(
        evidence_table([item("1", **part)]),
        before(item("1", **part), item("2", **part)),
        Pull("now", {"s"}, closes=True, unread={("2", "s")}),
    )
    assert sorted((r["record_id"], r["close_reason"]) for r in gone.to_pylist()) == [
        ("1", ""),
        ("2", "delisted_unknown"),
    ]


items = st.builds(item, st.sampled_from("123"), st.sampled_from(["bad", "worse", "good"]))


@given(now=st.lists(items, max_size=5), was=st.lists(items, max_size=5))
def test_nothing_that_was_ever_said_is_lost_and_what_is_said_now_is_live(now, was):
    kept = carry(evidence_table(now), before(*was), WHOLE)
    ids = set(kept["evidence_id"].to_pylist())
    assert ids == {one.evidence_id for one in (*now, *was)}
    live = {row["evidence_id"] for row in kept.to_pylist() if row["status"] == "live"}
    assert live == {one.evidence_id for one in now}


@given(one=items, entry=st.sampled_from(["", "e"]), near=st.none() | st.floats(0, 1e5))
def test_a_row_is_the_value_that_it_was_made_from(one, entry, near):
    whole = Evidence(**{**_fields(one), "entry": entry, "distance_m": near})
    [row] = evidence_table([whole], "P1216").to_pylist()
    assert evidence_of(row) == whole
    assert (row["evidence_id"], row["property"]) == (whole.evidence_id, "P1216")
