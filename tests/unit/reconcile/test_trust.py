"""A name alone is trusted as far as the register's own places bear it out."""

from itertools import product

from reconcile_cases import Row, item, record, shipped, tables

from heritage.reconcile import reconcile

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
    """A few that lie elsewhere: the probability must reach `match_doubtful`."""
    found = unplaced(len(NAMES), round(len(NAMES) * 0.04))
    assert (found["decision"] == "match") == (found["probability"] >= shipped().match_doubtful)


def test_too_few_places_tell_nothing() -> None:
    assert unplaced(shipped().names_tried - 1, shipped().names_tried - 1)["qid"] == "Q9999"


def test_an_identifier_needs_no_trust_in_names() -> None:
    records = [record(f"{k:03}", name, 40 + k * 0.1, 1.0) for k, name in enumerate(NAMES)]
    items = [item(f"Q{k + 1}", name, 50 + k * 0.1, 11.0) for k, name in enumerate(NAMES)]
    records.append(record("u", "Zandvoorde Ropewalk"))
    items.append(item("Q9999", "Zandvoorde Ropewalk", identifier="u"))
    rows = {row["record_id"]: row for row in reconcile(*tables(records, items), shipped()).to_pylist()}
    assert (rows["u"]["decision"], rows["u"]["qid"]) == ("match", "Q9999")
