"""What Wikidata's ids are called on another wiki, and back."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heritage.adapters.wikibase.embedding import WikiAccess
from heritage.adapters.wikibase.mapped import MappedWiki
from heritage.adapters.wikibase.translation import Translation
from heritage.adapters.wikibase.wiki import PywikibotWiki
from heritage.errors import WikiRefused
from heritage.model.edit import Content, ItemValue, Kind, Snak, Statement, TextValue
from heritage.spec.target import Target
from heritage.statements.live import parse_entity
from heritage.statements.wikibase_json import entity_data
from wikibase_sandbox.testing import running

BASE = "https://own.example/entity/"
TARGET = Target(
    id="own",
    title="Our own wiki",
    entities=BASE,
    properties={"P31": "P1", "P17": "P2", "P248": "P31", "P1216": "P4"},
    items={"Q145": "Q1", "Q42": "Q145", "Q5": "Q9"},
    edits_per_minute=60,
    globe=BASE + "Q77",
)
TRANSLATION = Translation(TARGET)
NUMBERS = st.integers(1, 400)
PIDS = NUMBERS.map("P{}".format)
QIDS = NUMBERS.map("Q{}".format)


def entity_value(kind, ids):
    return ids.map(lambda one: {"entity-type": kind, "id": one, "numeric-id": int(one[1:])})


VALUES = st.one_of(
    st.fixed_dictionaries({"type": st.just("wikibase-entityid"), "value": entity_value("item", QIDS)}),
    st.fixed_dictionaries({"type": st.just("wikibase-entityid"), "value": entity_value("property", PIDS)}),
    st.fixed_dictionaries({"type": st.just("string"), "value": st.sampled_from(["Q5", "text"])}),
    st.fixed_dictionaries(
        {
            "type": st.just("globecoordinate"),
            "value": st.fixed_dictionaries(
                {
                    "latitude": st.just(1.5),
                    "globe": st.sampled_from([BASE + "Q77", "http://www.wikidata.org/entity/Q405"]),
                }
            ),
        }
    ),
    st.fixed_dictionaries(
        {
            "type": st.just("time"),
            "value": st.fixed_dictionaries(
                {
                    "time": st.just("+2026-00-00T00:00:00Z"),
                    "calendarmodel": st.sampled_from(
                        [f"http://www.wikidata.org/entity/Q{number}" for number in (1985727, 1985786)]
                    ),
                }
            ),
        }
    ),
    st.fixed_dictionaries(
        {
            "type": st.just("quantity"),
            "value": st.fixed_dictionaries(
                {"amount": st.just("+1"), "unit": st.one_of(st.just("1"), QIDS.map(BASE.__add__))}
            ),
        }
    ),
)


@st.composite
def snaks(draw):
    snak = {"snaktype": draw(st.sampled_from(["value", "somevalue"])), "property": draw(PIDS), "hash": "0f"}
    return snak | ({"datavalue": draw(VALUES)} if snak["snaktype"] == "value" else {})


def grouped(given):
    groups = {}
    for snak in given:
        groups.setdefault(snak["property"], []).append(snak)
    return groups


@st.composite
def claims(draw, qid):
    owner = draw(st.sampled_from([qid, qid.lower()]))
    qualifiers = grouped(draw(st.lists(snaks(), max_size=2)))
    cited = grouped(draw(st.lists(snaks(), max_size=2)))
    return {
        "id": f"{owner}$0f5b2a6e-8a6f-4c1d-9b57-1f2e3d4c5b6a",
        "mainsnak": draw(snaks()),
        "rank": "normal",
        "qualifiers": qualifiers,
        "qualifiers-order": list(qualifiers),
        "references": [{"hash": "1e", "snaks": cited, "snaks-order": list(cited)}],
    }


@st.composite
def entities(draw):
    qid = draw(QIDS)
    made = draw(st.lists(claims(qid), max_size=2))
    by_property = {}
    for claim in made:
        by_property.setdefault(claim["mainsnak"]["property"], []).append(claim)
    return {"id": qid, "lastrevid": 7, "labels": {}, "claims": by_property or draw(st.sampled_from([{}, []]))}


@given(entities())
def test_what_is_read_and_sent_back_is_what_stood_there(entity):
    before = json.dumps(entity, sort_keys=True)
    assert TRANSLATION.data_there(TRANSLATION.entity_here(entity)) == entity
    assert json.dumps(entity, sort_keys=True) == before, "what was given is left as it was"


@given(st.one_of(PIDS, QIDS))
def test_every_id_of_the_wiki_has_one_name_here_that_leads_back(there):
    here = TRANSLATION.here(there)
    assert TRANSLATION.there(here) == there
    assert TRANSLATION.knows(here)


@given(st.lists(st.one_of(PIDS, QIDS), unique=True))
def test_no_two_things_of_the_wiki_are_called_the_same(ids):
    assert len({TRANSLATION.here(one) for one in ids}) == len(ids)


def test_an_id_that_the_wiki_has_nothing_for_is_never_sent():
    with pytest.raises(WikiRefused, match=r"P999 has nothing like it on own: add it to 'properties'"):
        TRANSLATION.there("P999")
    assert not TRANSLATION.knows("P1"), "P1 of the wiki is another thing than P1 of Wikidata"


def test_where_all_ids_are_wikidatas_nothing_is_changed():
    same = Target(
        id="s", title="S", entities="http://www.wikidata.org/entity/", properties="same", items="same",
        edits_per_minute=1,
    )  # fmt: skip
    assert not same.translates
    assert TARGET.translates
    snak = {"property": "P31", "snaktype": "novalue"}
    entity = {"id": "Q5", "claims": {"P31": [{"id": "Q5$1", "mainsnak": snak}]}}
    assert Translation(same).entity_here(entity) == entity


@pytest.fixture
def sandbox(tmp_path):
    with running(tmp_path / "wiki.sqlite") as sandbox:
        sandbox.seed(
            entities=[
                {"id": "P1", "datatype": "wikibase-item", "labels": {"en": "kind"}},
                {"id": "P4", "datatype": "external-id", "labels": {"en": "list number"}},
                {"id": "P31", "datatype": "wikibase-item", "labels": {"en": "told by"}},
                {"id": "Q1", "labels": {"en": "Britain"}},
                {"id": "Q9", "labels": {"en": "human"}},
                {"id": "Q145", "labels": {"en": "Adams"}},
            ]
        )
        yield sandbox


def test_a_wiki_with_numbers_of_its_own_is_written_and_read_in_wikidatas(sandbox):
    access = WikiAccess(sandbox.api_url, "https://heritage.example", user="Bot@h", password="bot-password")
    wiki = MappedWiki(PywikibotWiki(access), TRANSLATION)
    reference = (Snak("P248", ItemValue("Q5")),)
    content = Content(
        labels={"sv": "Adams"},
        statements=(
            Statement("P31", ItemValue("Q145"), Kind.DESIGNATION, (reference,)),
            Statement("P1216", TextValue("77"), Kind.IDENTIFIERS, (reference,)),
        ),
    )
    live = wiki.read(["Q42", "Q999"])
    assert list(live) == ["Q42"]
    wiki.add("Q42", entity_data(content, "feed01", live["Q42"]), live["Q42"]["lastrevid"], "edit feed01")

    stored = sandbox.entity("Q145")
    assert stored["claims"]["P1"][0]["mainsnak"]["datavalue"]["value"]["id"] == "Q1"
    assert list(stored["claims"]["P4"][0]["references"][0]["snaks"]) == ["P31"]
    item = parse_entity(wiki.read(["Q42"])["Q42"])
    assert {(s.property, s.value) for s in item.statements} == {
        (s.property, s.value) for s in content.statements
    }
    assert {s.references for s in item.statements} == {(reference,)}
    assert wiki.find_by_identifiers("P1216", ["77", "78"]) == {"77": ["Q42"], "78": []}
    assert wiki.latest(["Q42"]) == {"Q42": item.revision}
    assert wiki.datatypes(["P31", "P1216", "P17"]) == {"P31": "wikibase-item", "P1216": "external-id"}

    made = wiki.create(entity_data(replace(content, labels={"en": "New"}), "feed02", None), "edit feed02")
    assert made.qid.startswith("own:Q")
    assert wiki.find_edit("edit feed02", datetime.now(UTC)).qid == made.qid
    assert parse_entity(wiki.read([made.qid])[made.qid]).qid == made.qid
    more = Content(statements=(Statement("P31", ItemValue("Q5"), Kind.DESIGNATION, ()),))
    entity = wiki.read([made.qid])[made.qid]
    wiki.add(made.qid, entity_data(more, "feed03", entity), entity["lastrevid"], "edit feed03")
    assert len(sandbox.entity(made.qid.removeprefix("own:"))["claims"]["P1"]) == 2
