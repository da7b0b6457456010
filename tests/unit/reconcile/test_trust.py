"""A name alone is trusted as far as the register's own places bear it out."""

from itertools import product

import numpy as np
from reconcile_cases import Row, item, record, shipped, tables

from heritage.reconcile import reconcile
from heritage.reconcile.decide import Least
from heritage.reconcile.trust import Tried

FIRST = ["Ash", "Birch", "Cold", "Dun", "Elm", "Fox", "Gar", "Hare", "Ick", "Jed", "Kirk", "Laner", "Maple"]
LAST = ["combe", "field", "harbour", "mere", "leigh", "ton", "sing", "wood", "worth", "burgh", "stall"]
NAMES = [f"{a}{b} {b.capitalize()}{a.lower()} Viaduct" for a, b in product(FIRST, LAST)]


def unplaced(placed: int, elsewhere: int) -> Row:
    """What becomes of a record that has a name alone, in a register of so many places, of which some lie far
    from the only item of their name."""
    records, items = [record("u", "Zandvoorde Ropewalk")], [item("Q9999", "Zandvoorde Ropewalk")]
    for k, name in enumerate(NAMES[:placed]):
        away = 10.0 if k < elsewhere else 0.0
        records.append(record(f"{k:03}", name, 40 + k * 0.1, 1.0))
        items.append(item(f"Q{k + 1}", name, 40 + k * 0.1 + away, 1.0 + away))
    matches = reconcile(*tables(records, items), shipped()).to_pylist()
    return {row["record_id"]: row for row in matches}["u"]


def test_names_that_are_where_they_should_be_are_trusted() -> None:
    assert unplaced(len(NAMES), 0)["qid"] == "Q9999"


def test_names_that_repeat_far_away_are_not() -> None:
    for elsewhere in (len(NAMES) // 10, len(NAMES)):
        found = unplaced(len(NAMES), elsewhere)
        assert found["decision"] == "review"
        assert "a name without a place to compare is not enough here" in found["reason"]


def test_between_the_two_more_is_asked_of_a_name() -> None:
    """Of the likelier half nearly all lie there, of the others every tenth lies elsewhere: a name alone
    decides from where on the places bear it out."""
    rules = shipped()
    likely = np.linspace(0.999, rules.match_unplaced, 400)
    near = np.arange(400) % 10 != 9
    near[:200] = np.arange(200) % 100 != 99
    least = Tried(likely, near, 1.0).least(rules)
    kept = likely >= least.unplaced
    assert rules.match_unplaced < least.unplaced < 1
    assert near[kept].mean() >= rules.names_hold > near[likely >= likely[kept.sum()]].mean()
    assert least.placed == rules.match_placed


def test_where_places_speak_against_names_or_for_few_records_more_is_asked() -> None:
    rules = shipped()
    likely, near = np.linspace(0.999, rules.match_unplaced, 400), np.ones(400, dtype=bool)
    usual = Least(rules.match_placed, rules.match_unplaced)
    assert Tried(likely, near, 1.0).least(rules) == usual
    assert Tried(likely[:50], ~near[:50], 1.0).least(rules) == usual  # too few to tell
    assert Tried(likely, ~near, 1.0).least(rules) == Least(rules.match_strict, float("inf"))
    assert Tried(likely, near, 0.2).least(rules) == Least(rules.match_strict, rules.match_strict)
    assert rules.match_strict > rules.match_placed


def test_too_few_places_tell_nothing() -> None:
    assert unplaced(shipped().names_tried - 1, shipped().names_tried - 1)["qid"] == "Q9999"


def test_an_identifier_needs_no_trust_in_names() -> None:
    records = [record(f"{k:03}", name, 40 + k * 0.1, 1.0) for k, name in enumerate(NAMES)]
    items = [item(f"Q{k + 1}", name, 50 + k * 0.1, 11.0) for k, name in enumerate(NAMES)]
    records.append(record("u", "Zandvoorde Ropewalk"))
    items.append(item("Q9999", "Zandvoorde Ropewalk", identifier="u"))
    rows = {row["record_id"]: row for row in reconcile(*tables(records, items), shipped()).to_pylist()}
    assert (rows["u"]["decision"], rows["u"]["qid"]) == ("match", "Q9999")
