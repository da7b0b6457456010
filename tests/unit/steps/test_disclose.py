"""Rulings over the records of all registers: what one would reveal of another, and what people asked for."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from heritage.adapters.files import FileStore
from heritage.adapters.vocabularies import YamlVocabularies
from heritage.disclosure.alike import CLASSES
from heritage.disclosure.gate import for_wiki, place_for_export, publishable
from heritage.model.disclosure import Asked, By, Disclosure, Request
from heritage.model.issue import IssueCode
from heritage.model.tables import EVIDENCE, ITEMS, MATCHES, RECORDS
from heritage.model.task import TaskKind
from heritage.spec.dataset import DatasetSpec
from heritage.spec.loader import LoadedSpec
from heritage.steps.assess import assess
from heritage.steps.disclose import Disclosed, disclose, disclosure_inputs
from register_examples import fetched, pulled

AT = datetime(2026, 11, 21, tzinfo=UTC)
HERE = {"lat": 53.757163, "lon": -1.677517, "precision_m": 10.0, "place_method": "given"}


def loaded(dataset: str, identifier: str | None = "P1216", **facts: Any) -> LoadedSpec:
    said = {
        "id": dataset,
        "title": dataset,
        "publisher": {"name": "A publisher"},
        "kind": "monument",
        "maintainers": ["ada"],
        "sample": "synthetic",
        "licence": {"id": "CC0-1.0", "evidence": "https://example.org/terms"},
        "harvest": {"protocol": "csv", "url": "https://example.org/list.csv"},
        "record": {"id": "id", "name": {"en": "name"}},
        "item": {"identifier": identifier, "country": "Q145"},
        "checks": {"rows": [0, 1000]},
    }
    return LoadedSpec(DatasetSpec.model_validate(said | facts), Path(f"xx/{dataset}/{dataset}.yaml"))


def row(record_id: str, **said: Any) -> dict[str, Any]:
    base = dict.fromkeys(RECORDS.names) | {"record_id": record_id, "kind": "monument", "class_item": "Q16970"}
    return base | {"name": f"Church {record_id}"} | said


def request(record_id: str, asked: Asked = Asked.WITHHOLD, **said: Any) -> Request:
    base: dict[str, Any] = {"number": 1, "asked": asked, "dataset": "aa_one", "record_id": record_id}
    base |= {
        "disclosure": Disclosure.S5,
        "by": By.OWNER,
        "evidence": "a letter",
        "rules": (),
        "decision": None,
    }
    base |= {"entered_by": "Eve", "entered_at": AT.isoformat(), "prev_hash": "", "hash": "h"}
    return Request(**base | said)


class Registers:
    def __init__(self, folder: Path, repository: Path) -> None:
        self.store = FileStore(str(folder))
        vocabularies = YamlVocabularies(repository / "datasets" / "_vocabularies")
        self.rules, self.combination = vocabularies.disclosure(), vocabularies.combination()

    def flag(self, spec: LoadedSpec, *rows: dict[str, Any], **given: Any) -> tuple[pa.Table, Disclosed]:
        dataset = spec.spec.id
        snapshot = self.store.capture(spec.spec, pulled(fetched("a.csv", dataset.encode(), "")), AT)[
            0
        ].snapshot
        records = pa.Table.from_pylist([one | {"dataset": dataset} for one in rows], schema=RECORDS)
        self.store.write_table(dataset, snapshot, "records", records, "mapped")
        self.store.mark_good(dataset, snapshot, AT)
        ids = records["record_id"].to_pylist()
        facts: dict[str, Any] = {"requests": [], "index": None} | given
        found = disclose(
            spec,
            snapshot,
            records,
            assess(ids, EVIDENCE.empty_table(), {}, AT.date(), self.combination),
            store=self.store,
            rules=self.rules,
            decided_on=AT.date(),
            today=AT.date(),
            **facts,
        )
        return records, found


@pytest.fixture
def registers(tmp_path: Path, repository: Path) -> Registers:
    return Registers(tmp_path / "data", repository)


def classes(found: Disclosed) -> list[str]:
    return [CLASSES[number].value for number in found.rulings.classes]


def risk(records: pa.Table, found: Disclosed) -> pa.Table:
    return pa.table({"record_id": records["record_id"], **found.columns})


def test_case_11_an_exact_second_source_does_not_refine_a_grid_reference(registers):
    """A find at four figures (1 km) and the same find to the metre in another register."""
    find = {"name": "The Batley Hoard", "class_item": "Q16970"}
    coarse = find | HERE | {"place_method": "grid", "precision_m": 707.1}
    _, first = registers.flag(loaded("aa_finds", None), row("1", **coarse))
    assert (classes(first), first.rulings.of(0).rules) == (["S3"], ("R4", "R3"))
    plain = {"name": "Dewsbury Minster"} | HERE
    registers.flag(
        loaded("bb_squares", None), row("1", **plain | {"place_method": "grid", "precision_m": 707.1})
    )
    records, second = registers.flag(
        loaded("cc_exact"), row("7", **plain), row("8", name="Elsewhere", **HERE)
    )
    assert classes(second) == ["S2", "S0"]
    assert second.rulings.of(0).rules == ("R10",)
    [shown, _] = place_for_export(records, risk(records, second)).to_pylist()
    assert (shown["lat"], shown["lon"], shown["cell_degrees"]) == (53.755, -1.675, 0.01)
    assert publishable(records, risk(records, second)).to_pylist()[0]["lat"] is None


@pytest.mark.parametrize(
    ("said", "raised"),
    [
        ({"name": "Kents Hole", **HERE}, True),
        ({"name": "Entrance of Kents Hole", **HERE}, True),
        ({"name": "Chapel", **HERE}, False),
        ({"name": "Kents Hole", **HERE, "lat": 53.77}, False),
        ({"name": "Kents Hole", "municipality": "Torquay"}, True),
        ({"name": "Kents Hole", "municipality": "Leeds"}, False),
    ],
)
def test_r10_what_would_reveal_a_protected_place_is_protected_with_it(registers, said, raised):
    secret = row("1", name="Kents Hole", restriction="Y", municipality="Torquay", **HERE)
    registers.flag(loaded("aa_one", None), secret)
    _, found = registers.flag(loaded("bb_two", None), row("9", **said))
    assert (found.rulings.of(0).rules == ("R10",)) is raised
    assert classes(found) == (["S4"] if raised else ["S0"])


def test_r10_knows_the_same_identifier_and_the_neighbour_in_the_same_register(registers):
    _, found = registers.flag(
        loaded("aa_one"),
        row("1", name="Old Cave Inn", restriction="Y", **HERE),
        row("2", name="Cave Inn", **HERE),
    )
    assert classes(found) == ["S4", "S4"]
    _, found = registers.flag(loaded("bb_two"), row("1", name="Something else"))
    assert classes(found) == ["S4"]
    _, found = registers.flag(loaded("cc_other", "P999"), row("1", name="Something else"))
    assert classes(found) == ["S0"]


def test_r10_knows_what_both_are_on_wikidata(registers):
    """Under another name, and some kilometres away."""

    def match(dataset: str, record_id: str) -> None:
        found = {"record_id": record_id, "decision": "match", "qid": "Q77", "reason": ""}
        table = pa.Table.from_pylist([found], schema=MATCHES)
        registers.store.write_table(dataset, registers.store.last_good(dataset), "matches", table, "m")

    one, two = loaded("aa_one", "P1"), loaded("bb_two", "P2")
    records, found = registers.flag(one, row("1", name="The Old Cave", class_item="Q35509", **HERE))
    registers.store.write_table(
        "aa_one", registers.store.last_good("aa_one"), "risk", risk(records, found), "r"
    )
    elsewhere = HERE | {"lat": 53.9}
    rows = row("7", name="Gunnerfield", **elsewhere), row("8", name="Batley", **elsewhere)
    _, found = registers.flag(two, *rows)
    given = {"store": registers.store, "rules": registers.rules, "requests": []}
    before = disclosure_inputs(two, registers.store.last_good("bb_two"), **given)
    assert classes(found) == ["S0", "S0"]
    match("aa_one", "1")
    match("bb_two", "7")
    assert disclosure_inputs(two, registers.store.last_good("bb_two"), **given) != before
    _, found = registers.flag(two, *rows)
    assert classes(found) == ["S4", "S0"]
    assert found.rulings.of(0).rules == ("R10",)


def test_r10_lists_that_publish_their_places_reveal_nothing_new(registers):
    registers.flag(loaded("aa_one", None), row("1", name="Kents Hole", restriction="Y", **HERE))
    _, found = registers.flag(loaded("bb_whc", "P757"), row("5", name="Kents Hole", **HERE))
    assert classes(found) == ["S0"]


def test_what_others_protect_and_people_ask_makes_rulings_new(registers):
    one, two = loaded("aa_one", None), loaded("bb_two", None)

    def inputs(*requests: Request) -> str:
        return disclosure_inputs(two, "", store=registers.store, rules=registers.rules, requests=requests)

    before = inputs()
    registers.flag(one, row("1", restriction="Y"))
    assert inputs() != before
    assert inputs(request("1")) != inputs()


def test_r2_and_r12_a_task_for_people_and_no_edit_where_wikidata_shows_the_place(registers):
    point = [{"lat": HERE["lat"], "lon": HERE["lon"]}]
    items = [{"qid": "Q1", "points": point, "identifiers": [{"property": "P1216", "value": "1"}]}]

    class Index:
        def items(self, columns: Any = None) -> pa.Table:
            return pa.Table.from_pylist(items, schema=ITEMS).select(list(columns))

    rows = [row("1", **HERE), row("2", **HERE | {"lat": 54.9})]
    asked = [request("1", disclosure=Disclosure.S4), request("2", disclosure=Disclosure.S4)]
    records, found = registers.flag(loaded("aa_one"), *rows, requests=asked, index=Index())
    assert [found.rulings.of(n).rules for n in (0, 1)] == [("R2", "R12"), ("R2",)]
    assert [(record_id, kind) for record_id, (kind, _) in found.asked] == [("1", TaskKind.SUPPRESSION)]
    assert "53.7" not in str(found.asked)
    assert for_wiki(records, risk(records, found))["record_id"].to_pylist() == ["2"]


def test_consent_opens_a_sacred_place_until_somebody_asks_again(registers):
    grove = row("1", type="sacred grove", class_item="Q811600", **HERE)
    consent = request("1", Asked.CONSENT, disclosure=None, by=By.COMMUNITY)
    assert classes(registers.flag(loaded("aa_one"), grove)[1]) == ["S4"]
    assert classes(registers.flag(loaded("aa_one"), grove, requests=[consent])[1]) == ["S0"]
    again = [consent, request("1", disclosure=Disclosure.S2)]
    assert registers.flag(loaded("aa_one"), grove, requests=again)[1].rulings.of(0).rules == ("R6", "R2")


def test_every_hit_has_a_reason_and_a_review_within_two_years_and_the_rules_it_was_made_by(registers):
    _, found = registers.flag(loaded("aa_one"), row("1", restriction="Y", **HERE))
    assert found.columns["review_by"].to_pylist() == [date(2028, 11, 21)]
    assert found.columns["disclosure_basis"].to_pylist() == [registers.rules.digest]
    assert all(hit.reason and hit.review_by <= date(2028, 11, 21) for hit in found.rulings.of(0).hits)


def test_a_rule_that_matches_everything_or_nothing_is_told(registers):
    _, found = registers.flag(loaded("aa_one", None), *(row(str(n), restriction="Y") for n in range(3)))
    assert [(issue.code, issue.field) for issue in found.issues] == [(IssueCode.DISCLOSURE_RULE_ALL, "R1")]
    said = {"record": {"id": "id", "name": {"en": "name"}, "restriction": "r"}, "kind": "site"}
    rows = [row(str(n), restriction="open", kind="site") for n in range(3)]
    _, found = registers.flag(loaded("bb_two", None, **said), *rows)
    assert [(issue.code, issue.field) for issue in found.issues] == [
        (IssueCode.DISCLOSURE_RULE_NONE, "R1"),
        (IssueCode.DISCLOSURE_RULE_NONE, "R4"),
    ]


def test_a_municipality_is_as_large_as_its_places_lie_apart_but_for_one_that_is_misplaced(registers):
    wide = [row(f"a{n}", municipality="Wide", lat=53 + n / 20, lon=-1 - n / 20) for n in range(10)]
    dense = [row(f"b{n}", municipality="Dense", lat=53 + n / 9000, lon=-1 - n / 9000) for n in range(19)]
    astray = row("b99", municipality="Dense", lat=57.0, lon=-4.0)
    few = [row(f"c{n}", municipality="Few", lat=53 + n, lon=-1 - n) for n in range(3)]
    hamlets = [
        row(f"d{n}", municipality="Newtown", lat=50 + 2 * (n % 3) + n / 9000, lon=-1 - 2 * (n % 3) - n / 9000)
        for n in range(21)
    ]
    _, found = registers.flag(loaded("aa_one", None), *wide, *dense, astray, *few, *hamlets)
    names = ["Wide"] * 10 + ["Dense"] * 20 + ["Few"] * 3 + ["Newtown"] * 21
    areas = dict(zip(names, found.columns["area_degrees"].to_pylist(), strict=True))
    assert areas["Wide"] > 0.3
    assert areas["Dense"] < 0.01
    assert areas["Few"] is None
    assert areas["Newtown"] < 0.01, "three hamlets of one name are no county"
