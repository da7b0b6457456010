"""Which edits a decision is about."""

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from heritage.model.edit import Content, ItemValue, Kind, ReferenceAddition, Snak, Statement, TextValue
from heritage.model.governance import Scope
from heritage.model.tables import EDITS
from heritage.statements.content_json import from_json, to_json
from heritage.statements.selection import Cut, content_hash, kinds_of, select, union

REFERENCE = (Snak("P248", ItemValue("Q5")),)
IDENTIFIER = Statement("P1216", TextValue("1"), Kind.IDENTIFIERS, (REFERENCE,))
ADMIN = ReferenceAddition("Q1$A", "P131", Kind.PLACE, REFERENCE)
FULL = Content(labels={"en": "Tower"}, statements=(IDENTIFIER,), references=(ADMIN,))
NAMED = Content(labels={"en": "Tower"})


def edits(*rows):
    return pa.Table.from_pylist(
        [
            {
                "edit_id": f"e-{record}",
                "dataset": "xx_towers",
                "snapshot": "s",
                "record_id": record,
                "qid": qid,
                "level": level,
                "kinds": kinds_of(content) if qid else ["new_items"],
                "content": to_json(content),
                "additions": to_json(content),
                "region": f"Q{100 + int(record) % 2}" if record != "5" else None,
            }
            for record, qid, level, content in rows
        ],
        schema=EDITS,
    )


TABLE = edits(
    ("1", "Q1", "none_known", FULL),
    ("2", "Q2", "at_risk", FULL),
    ("3", None, "lost", FULL),
    ("4", "Q4", "unknown", NAMED),
    ("5", "Q5", "vulnerable", Content()),
)


def records(table):
    return table["record_id"].to_pylist()


def test_contents_are_narrowed_to_the_kind_and_edits_without_it_are_left_out():
    chosen = select(TABLE, [Kind.IDENTIFIERS], Scope.ALL)
    assert records(chosen) == ["1", "2"]
    assert [from_json(text) for text in chosen["additions"].to_pylist()] == [
        Content(statements=(IDENTIFIER,))
    ] * 2
    assert chosen["kinds"].to_pylist() == [["identifiers"]] * 2
    assert chosen.schema == EDITS


def test_every_part_has_an_id_of_its_own_that_what_was_sent_meanwhile_does_not_change():
    parts = [select(TABLE, [kind], Scope.ALL) for kind in (Kind.IDENTIFIERS, Kind.PLACE, Kind.NAMES)]
    ids = [table.filter(pa.compute.equal(table["record_id"], "1"))["edit_id"][0].as_py() for table in parts]
    assert len({*ids, "e-1"}) == 4
    left = TABLE.filter(pa.compute.equal(TABLE["record_id"], "1")).to_pylist()[0]
    left |= {"kinds": ["names"], "additions": parts[2].to_pylist()[0]["additions"]}
    only_names = pa.Table.from_pylist([left], schema=TABLE.schema)
    assert select(only_names, [Kind.NAMES], Scope.ALL)["edit_id"].to_pylist() == [ids[2]]


def test_unknown_is_not_at_risk_and_new_items_come_whole():
    assert records(select(TABLE, [Kind.NEW_ITEMS], Scope.ALL)) == ["3"]
    assert records(select(TABLE, list(Kind), Scope.AT_RISK)) == ["2", "3"]
    assert from_json(select(TABLE, [Kind.NEW_ITEMS], Scope.AT_RISK)["additions"][0].as_py()) == FULL


def test_several_decisions_make_one_row_an_item():
    chosen = union(TABLE, {Kind.IDENTIFIERS: [Cut(Scope.ALL)], Kind.NAMES: [Cut(Scope.AT_RISK)]})
    assert dict(zip(records(chosen), chosen["kinds"].to_pylist(), strict=True)) == {
        "1": ["identifiers"],
        "2": ["identifiers", "names"],
    }


def test_a_region_is_what_lies_in_it_and_nothing_where_nobody_told():
    assert records(select(TABLE, list(Kind), Scope.REGION, "Q101")) == ["1", "3"]
    assert records(select(TABLE, list(Kind), Scope.REGION, "")) == []
    assert records(select(TABLE.drop_columns(["region"]), list(Kind), Scope.REGION, "Q101")) == []
    region = select(TABLE, [Kind.IDENTIFIERS], Scope.REGION, "Q101")
    assert region.to_pylist() == select(TABLE, [Kind.IDENTIFIERS], Scope.ALL).slice(0, 1).to_pylist()


cuts = st.sampled_from(
    [Cut(Scope.ALL), Cut(Scope.AT_RISK), Cut(Scope.REGION, "Q100"), Cut(Scope.REGION, "Q101")]
)


@given(st.dictionaries(st.sampled_from(list(Kind)), st.sets(cuts, min_size=1)))
def test_decisions_that_overlap_never_double_an_edit(wanted):
    chosen = union(TABLE, wanted)
    assert len(set(records(chosen))) == chosen.num_rows
    kinds = dict(zip(records(chosen), chosen["kinds"].to_pylist(), strict=True))
    alone: dict[str, set[str]] = {}
    for kind, some in wanted.items():
        for cut in some:
            for record in records(select(TABLE, [kind], cut.scope, cut.region)):
                alone.setdefault(record, set()).add(kind.value)
    assert {record: set(inside) for record, inside in kinds.items()} == alone


@pytest.mark.parametrize("order", [[0, 1, 2, 3], [3, 1, 0, 2]])
def test_the_hash_does_not_depend_on_the_order(order):
    assert content_hash(TABLE.take(order)) == content_hash(TABLE.slice(0, 4))


def test_any_other_edit_has_another_hash():
    whole = content_hash(TABLE)
    assert content_hash(TABLE.slice(1)) != whole
    assert content_hash(select(TABLE, [Kind.NAMES], Scope.ALL)) != content_hash(
        select(TABLE, [Kind.PLACE], Scope.ALL)
    )
    assert content_hash(TABLE.slice(0, 0)) == content_hash(select(TABLE, [], Scope.ALL))
