"""The reconciliation service without HTTP: what it finds, and what it never says is a match."""

import logging
import threading
from dataclasses import replace

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from heritage.adapters.reconcile_settings import load_settings
from heritage.adapters.world import load_world
from heritage.errors import ServiceBusy, StoreDamaged
from heritage.model.tables import ITEMS
from heritage.ports.reconciliation import Condition, Kind, Quantifier, Query
from heritage.reconcile.features import DIRECTION
from heritage.steps.recon_service import IndexService
from heritage.steps.recon_words import FEATURES
from heritage.wiring.reconciliation import HeldReconciliation
from recon_examples import VERSION, found, held, id_of, index_service, item, items
from register_examples import VOCABULARIES
from report_examples import HOSTILE

PLACE = Condition("P625", ("51.2, -1.4",))
THERE = Condition("P625", ("54.1, 1.2",))


def test_a_name_with_its_place_is_a_match_and_says_why() -> None:
    best = found(Query(names=("Oystermouth Rotunda",), conditions=(THERE,)))[0]
    assert (best.item.id, best.match) == ("Q2006", True)
    assert best.score > 90
    assert "away" in best.reason
    assert {part.id for part in best.features} >= {"spelling", "distance", "property:P625"}


def test_a_common_name_alone_is_no_match() -> None:
    candidates = found(Query(names=("St Mary's Church",)))
    assert {one.item.id for one in candidates} >= {"Q2001", "Q2002"}
    assert not any(one.match for one in candidates)
    assert [one.score for one in candidates] == sorted((one.score for one in candidates), reverse=True)


@pytest.mark.parametrize("row", items().filter(pa.compute.invert(items()["context"])).to_pylist()[::7])
def test_the_very_name_of_an_item_finds_it(row: dict[str, object]) -> None:
    for text in row["labels"] or []:  # type: ignore[attr-defined]
        assert row["qid"] in [one.item.id for one in found(Query(names=(text["text"],), limit=10))]


def test_as_many_candidates_are_compared_as_are_asked_for() -> None:
    """More than the pipeline keeps of a record."""
    compared = [one for one in found(Query(names=("Castle",), limit=20, conditions=(PLACE,))) if one.features]
    assert len(compared) > load_settings(VOCABULARIES / "reconcile").kept


def test_a_page_of_namesakes_is_shown_last_and_never_matched() -> None:
    candidates = found(Query(names=("St Mary's Church",), limit=10))
    [page] = [one for one in candidates if one.item.id == "Q2003"]
    assert (page.score, page.match) == (0, False)


def test_an_id_finds_its_item_as_an_id_and_as_a_name() -> None:
    for query in (Query(names=("Q2005",)), Query(ids=("Q2005",))):
        best = found(query)[0]
        assert (best.item.id, best.score, best.match) == ("Q2005", 100, True)
    assert found(Query(ids=("Q1", "Q99999999999999999999", "Q3001", "q2005", "Q0"))) == []


def test_an_identifier_finds_its_item_and_another_one_forbids_it() -> None:
    same = Condition("P1216", ("1093011",))
    best = found(Query(names=("Church of St Mary",), conditions=(same,)))[0]
    assert (best.item.id, best.match) == ("Q2001", True)
    other = found(Query(names=("St Mary's Church",), conditions=(PLACE, replace(same, values=("1",)))))
    assert other[0].item.id == "Q2001"
    assert not any(one.match for one in other)


def test_another_country_is_never_a_match() -> None:
    def best(country: str) -> tuple[str, bool]:
        conditions = (THERE, Condition("P17", (country,)))
        one = found(Query(names=("Oystermouth Rotunda",), conditions=conditions))[0]
        return one.item.id, one.match

    assert [best(country) for country in ("Sweden", "SE", "Q34")] == [("Q2006", False)] * 3
    assert [best(country) for country in ("United Kingdom", "GB", "Q145")] == [("Q2006", True)] * 3


def test_a_name_alone_is_no_match_where_the_country_asked_for_is_not_known_of_the_item() -> None:
    """A manor in Belarus whose item states no country is not the one in Sweden that somebody looks for."""
    row = item(
        "Q5579096", ("en", "Chraptowicz Rotunda in Szczorse"), point=(53.65, 26.17), classes=["Q41176"]
    )
    row["identifiers"] = [id_of("P632", "611")]
    table = pa.concat_tables([items(), pa.Table.from_pylist([row], schema=ITEMS)])
    countries = load_world(VOCABULARIES)
    service = IndexService(table, VERSION, load_settings(VOCABULARIES / "reconcile"), {}, countries.item)

    def best(*conditions: Condition) -> tuple[str, bool]:
        query = Query(names=("Chraptowicz Rotunda in Szczorse",), conditions=conditions)
        [[one, *_]] = service.match([query], lambda: False)
        assert ("does not say its country" in one.reason) is (conditions == (Condition("P17", ("Sweden",)),))
        return one.item.id, one.match

    sweden = Condition("P17", ("Sweden",))
    assert best() == ("Q5579096", True)
    assert best(sweden) == ("Q5579096", False)
    assert best(sweden, Condition("P625", ("53.65, 26.17",))) == ("Q5579096", True)
    assert best(sweden, Condition("P632", ("611",))) == ("Q5579096", True)
    assert best(Condition("P17", ("",))) == ("Q5579096", True), "an empty cell asks for nothing"


def test_another_type_is_put_back_or_left_out() -> None:
    church = Query(names=("Dunmere Castle",), types=("Q16970",))
    put_back, plain = found(church)[0], found(replace(church, types=()))[0]
    assert put_back.item.id == "Q1033"
    assert put_back.score < plain.score
    assert not put_back.match
    assert "Q1033" not in [one.item.id for one in found(replace(church, strict=True))]
    above = found(Query(names=("St Mary's Church",), types=("Q1370598",), strict=True))
    assert {one.item.id for one in above} == {"Q2001", "Q2002"}, "a church is a place of worship"


def test_conditions_that_are_required_narrow() -> None:
    church = Query(names=("St Mary's Church",))

    def ids(*conditions: Condition) -> set[str]:
        return {one.item.id for one in found(replace(church, conditions=conditions))}

    assert ids(Condition("P131", ("Hampshire",), required=True)) == {"Q2001"}
    assert ids(Condition("P131", ("Q3001",), required=True)) == {"Q2001"}
    assert ids(Condition("P1216", ("1093011", "x"), True, Quantifier.ALL)) == set()
    assert "Q2001" not in ids(Condition("P1216", ("1093011",), True, Quantifier.NONE))
    assert ids(Condition("P625", ("nowhere",), required=True)) == set()
    assert ids(Condition("P999999", ("x",), required=True)) == set()


def test_each_query_gets_the_same_answer_in_any_batch() -> None:
    queries = [Query(names=("St Mary's Church",), conditions=(PLACE,)), Query(names=("Dunmere Castle",))] * 2
    together = index_service().match(queries, lambda: False)
    assert together == [found(one) for one in queries]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    name=st.text(max_size=40),
    values=st.lists(st.text(max_size=20) | st.floats() | st.booleans(), max_size=3),
    pid=st.sampled_from(["P625", "P17", "P131", "P31", "P571", "P1216", "P2561", "P1435", "P18", "", "x"]),
    required=st.booleans(),
    quantifier=st.sampled_from(Quantifier),
)
def test_whatever_is_asked_is_answered(
    name: str, values: list[str | float | bool], pid: str, required: bool, quantifier: Quantifier
) -> None:
    condition = Condition(pid, tuple(values), required, quantifier)
    for one in found(Query(names=(name,), conditions=(condition,))):
        assert 0 <= one.score <= 100


@pytest.mark.parametrize(
    "name", ["", " ", "x" * 5000, "⛪" * 40, "‮gpj", "كنيسة القديسة مريم", "Church " * 800, "0", "\u0000"]
)
def test_odd_names_are_answered(name: str) -> None:
    assert all(one.score <= 100 for one in found(Query(names=(name,))))


def test_an_empty_index_has_no_candidates() -> None:
    rules = load_settings(VOCABULARIES / "reconcile")
    empty = IndexService(ITEMS.empty_table(), "none", rules, {}, lambda _: None)
    query = Query(names=("Dunmere Castle",), ids=("Q1",), conditions=(PLACE,))
    assert empty.match([query], lambda: False) == [[]]
    assert [empty.suggest(kind, "", None, 10, 0) for kind in Kind] == [[], [], []]
    assert empty.properties("Q1", None) == []
    assert empty.extend(["Q1"], ["P31"], None).rows == {"Q1": {"P31": ()}}


def test_suggestions_begin_with_what_is_typed_and_the_best_known_comes_first() -> None:
    def ids(kind: Kind, prefix: str, limit: int = 10, offset: int = 0) -> list[str]:
        return [one.what.id for one in index_service().suggest(kind, prefix, "en", limit, offset)]

    assert ids(Kind.ENTITY, "st mary's church") == ["Q2001", "Q2002", "Q2003"]
    assert ids(Kind.ENTITY, "ST M", 1, 1) == ["Q2002"]
    assert ids(Kind.ENTITY, "Q2004") == ["Q2004"]
    assert ids(Kind.ENTITY, "marien") == ["Q2001"]
    assert len(ids(Kind.ENTITY, "")) == 10
    assert "Q3001" not in ids(Kind.ENTITY, "Upper"), "what gives names only is no thing to be found"
    assert ids(Kind.TYPE, "kirchen") == ["Q16970"]
    assert ids(Kind.TYPE, "Q16970") == ["Q16970"]
    assert ids(Kind.PROPERTY, "coord") == ["P625"]
    assert ids(Kind.PROPERTY, "P1216") == ["P1216"]
    [church] = index_service().suggest(Kind.TYPE, "church", "de", 10, 0)
    assert (church.what.name, [one.name for one in church.types]) == ("Kirchengebäude", ["place of worship"])


def test_a_class_that_items_are_only_a_kind_of_is_a_type_too() -> None:
    service = index_service()
    [above] = service.suggest(Kind.TYPE, "place of w", "en", 10, 0)
    assert above.what.id == "Q1370598"
    assert above.what.description == "Q1370598, above the classes of 2 items"
    named = service.named(Kind.TYPE, "Q1370598", "en")
    assert named
    assert named.name == "place of worship"
    assert service.named(Kind.TYPE, "Q999", "en") is None
    assert "P1216" in [one.id for one in service.properties("Q1370598", None)]
    assert "Q1370598" not in [one.id for one in service.types("en", 50)], "items name their nearest class"
    [church, *_] = found(Query(("Church of St Mary the Virgin",), types=("Q1370598",), strict=True))
    assert church.item.id == "Q2001"


def test_names_come_in_the_language_asked_for() -> None:
    def name(lang: str | None) -> str:
        shown = index_service().entity("Q2001", lang)
        assert shown
        return shown.item.name

    assert [name(lang) for lang in ("de", "de-at", "fr", None)] == [
        "Marienkirche",
        "Marienkirche",
        "St Mary's Church",
        "St Mary's Church",
    ]
    hostile = index_service().entity("Q2004", "en")
    assert hostile
    assert "\x00" not in hostile.item.name


def test_values_of_properties() -> None:
    values = index_service().extend(
        ["Q2001", "Q1"], ["P31", "P625", "P571", "P18", "P131", "P5", "P31"], "de"
    )
    assert [one.id for one in values.properties] == ["P31", "P625", "P571", "P18", "P131", "P5"]
    church = values.rows["Q2001"]
    assert [one.name for one in church["P31"]] == ["Kirchengebäude"]  # type: ignore[union-attr]
    assert (church["P625"], church["P571"], church["P5"]) == (("51.2001, -1.4003",), ("1190~",), ())
    assert set(values.rows["Q1"].values()) == {()}


def test_properties_are_proposed_for_a_type() -> None:
    proposed = [one.id for one in index_service().properties("Q16970", None)]
    assert "P1216" in proposed
    assert "P1216" not in [one.id for one in index_service().properties("Q23413", None)]
    assert index_service().properties("Q16970", 2) == index_service().properties("Q16970", None)[:2]


def test_every_part_of_a_score_has_a_name() -> None:
    assert set(DIRECTION) <= set(FEATURES)


def test_the_time_for_an_answer_is_limited() -> None:
    with pytest.raises(ServiceBusy, match="after 0 of 2"):
        held(limit_s=1e-9).match([Query(names=("x",)), Query(names=("y",))])


def test_who_waits_too_long_is_told_so() -> None:
    loading, go_on = threading.Event(), threading.Event()

    def load() -> IndexService:
        loading.set()
        go_on.wait(120)
        return index_service()

    slow = HeldReconciliation(load, lambda: VERSION, limit_s=0.05)
    first = threading.Thread(target=slow.open)
    first.start()
    assert loading.wait(120)
    with pytest.raises(ServiceBusy, match="loads its index"):
        slow.types("en", 1)
    go_on.set()
    first.join(120)
    assert slow.types("en", 1)


def test_places_of_items_are_told_once_the_index_is_in_memory() -> None:
    go_on = threading.Event()

    def load() -> IndexService:
        go_on.wait(30)
        return index_service()

    service = HeldReconciliation(load, lambda: VERSION, limit_s=30)
    assert not service.ready()
    go_on.set()
    service.loaded()
    assert service.ready()
    assert service.places(["Q2006", "Q2003", "Q1"]) == {"Q2006": (54.1, 1.2)}


def test_only_so_many_wait() -> None:
    """Whoever waits holds a thread of the server that others need."""
    somebody_refused, refusals = threading.Event(), []

    def load() -> IndexService:
        somebody_refused.wait(30)
        return index_service()

    slow = HeldReconciliation(load, lambda: VERSION, limit_s=60)

    def ask() -> None:
        try:
            slow.types("en", 1)
        except ServiceBusy as busy:
            refusals.append(str(busy))
            somebody_refused.set()

    asking = [threading.Thread(target=ask) for _ in range(8)]
    for one in asking:
        one.start()
    for one in asking:
        one.join(60)
    assert refusals == ["too many queries wait already; ask again later"]


def test_a_newer_index_is_loaded_while_the_old_one_answers() -> None:
    rules = load_settings(VOCABULARIES / "reconcile")
    versions, go_on = ["old", "new"], threading.Event()

    def load() -> IndexService:
        if versions[0] == "new":
            go_on.wait(30)
        return IndexService(items(), versions[0], rules, {}, lambda _: None)

    service = HeldReconciliation(load, lambda: versions[0], limit_s=30, look_again_s=0)
    assert service.freshness() == "old"
    versions.pop(0)
    assert [service.freshness() for _ in range(3)] == ["old"] * 3
    go_on.set()
    service.loaded()
    assert service.freshness() == "new"


def test_a_newer_index_that_cannot_be_read_leaves_the_old_one(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    # other tools configure logging in tests before, and switch off whatever was there
    monkeypatch.setattr(logging.getLogger("heritage.wiring.reconciliation"), "disabled", False)

    def version() -> str:
        raise StoreDamaged("items.parquet is cut off")

    service = HeldReconciliation(index_service, version, limit_s=30, look_again_s=0)
    assert service.freshness() == VERSION
    assert service.freshness() == VERSION
    assert "is kept" in caplog.text


def test_hostile_text_is_shown_without_what_acts() -> None:
    for one in found(Query(names=(HOSTILE,))):
        assert "\x00" not in one.item.name + (one.item.description or "")
