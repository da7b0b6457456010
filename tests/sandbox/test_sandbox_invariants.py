"""Properties that hold for any input: found by generated examples, not by chosen ones."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sandbox_harness import DATATYPES, WORLD, Client, Json, label, statement, wiki_in

from wikibase_sandbox import entities, terms
from wikibase_sandbox.errors import ApiError
from wikibase_sandbox.paraminfo import ACTIONS
from wikibase_sandbox.testing import running
from wikibase_sandbox.values import VALUE_TYPES, normalise
from wikibase_sandbox.wiki import Wiki

WORDS = ["labels", "descriptions", "aliases", "claims", "sitelinks", "en", "language", "value", "mainsnak"]
WORDS += ["snaktype", "property", "datavalue", "type", "id", "references", "snaks", "qualifiers", "remove"]
GUID = "Q5$11111111-2222-3333-4444-555555555555"

texts = st.text(min_size=1, max_size=40)
languages = st.sampled_from(["en", "de", "fr", "ar", "mul", "zh-hant"])
years = st.from_regex(r"[-+]\d{1,16}", fullmatch=True)
dates = st.builds(
    lambda year, rest: f"{year}-{rest}T00:00:00Z",
    years,
    st.sampled_from(["00-00", "05-00", "02-30", "12-31", "13-01", "05-01"]),
)
degrees = st.one_of(st.floats(-400, 400), st.integers(-400, 400))

values: dict[str, st.SearchStrategy[Any]] = {
    "string": texts,
    "wikibase-entityid": st.one_of(
        st.builds(lambda number: {"id": f"Q{number}"}, st.integers(0, 99)),
        st.builds(lambda number: {"entity-type": "item", "numeric-id": number}, st.integers(0, 99)),
    ),
    "time": st.fixed_dictionaries(
        {"time": dates, "precision": st.integers(-1, 15), "calendarmodel": st.just("http://x.example/Q1")},
        optional={"timezone": st.integers(-60, 60), "before": st.just(0), "after": st.just(0)},
    ),
    "globecoordinate": st.fixed_dictionaries(
        {"latitude": degrees, "longitude": degrees, "precision": st.one_of(st.none(), st.floats(0, 1))},
        optional={"globe": st.none() | st.just("http://www.wikidata.org/entity/Q405")},
    ),
    "monolingualtext": st.fixed_dictionaries({"text": texts, "language": st.one_of(languages, texts)}),
    "quantity": st.fixed_dictionaries(
        {"amount": st.from_regex(r"[-+]?\d{1,6}(\.\d{1,3})?(e3)?", fullmatch=True)},
        optional={"unit": st.sampled_from(["1", "metre", "http://www.wikidata.org/entity/Q11573"])},
    ),
}
typed_values = st.sampled_from(sorted(VALUE_TYPES)).flatmap(
    lambda datatype: st.tuples(st.just(datatype), values[VALUE_TYPES[datatype]])
)


@given(typed_values)
def test_normalising_a_stored_value_changes_nothing(typed: tuple[str, Any]) -> None:
    datatype, value = typed
    try:
        stored = normalise(datatype, {"type": VALUE_TYPES[datatype], "value": value})
    except ApiError:
        return
    assert normalise(datatype, stored) == stored
    assert json.loads(json.dumps(stored)) == stored


@given(st.text())
def test_cleaning_a_term_twice_is_cleaning_it_once(text: str) -> None:
    assert terms.clean(terms.clean(text)) == terms.clean(text)


items = st.builds(
    lambda labels, aliases, claims: (
        entities.empty("item", "Q1")
        | {
            "labels": {code: {"language": code, "value": text} for code, text in labels.items()},
            "aliases": {
                code: [{"language": code, "value": text} for text in group] for code, group in aliases.items()
            },
            "claims": {
                "P217": [
                    statement("P217", text, id=f"Q1${number}") for number, text in sorted(claims.items())
                ]
            }
            if claims
            else {},
        }
    ),
    st.dictionaries(languages, texts, max_size=3),
    st.dictionaries(languages, st.lists(texts, unique=True, min_size=1, max_size=3), max_size=2),
    st.dictionaries(st.integers(0, 4), texts, max_size=3),
)


@given(items, items, items)
def test_merge_keeps_both_changes_or_refuses(base: Json, mine: Json, theirs: Json) -> None:
    merged = entities.merge(base, mine, theirs)
    my_changes, their_changes = entities.changed_parts(base, mine), entities.changed_parts(base, theirs)
    assert (merged is None) == bool(set(my_changes) & set(their_changes))
    if merged is not None:
        present = entities.parts(merged)
        for key, value in (my_changes | their_changes).items():
            assert present.get(key) == value


@given(items, items)
def test_merging_into_an_unchanged_item_is_the_change_itself(base: Json, mine: Json) -> None:
    merged = entities.merge(base, mine, base)
    assert merged is not None
    assert entities.parts(merged) == entities.parts(mine)


@pytest.fixture(scope="module")
def wiki(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wiki]:
    with wiki_in(tmp_path_factory.mktemp("wiki")) as opened:
        yield opened


@pytest.fixture(scope="module")
def bot(wiki: Wiki) -> Client:
    return Client(wiki).log_in("WbBot")


edits = st.fixed_dictionaries(
    {},
    optional={
        "labels": st.dictionaries(languages, texts, max_size=3).map(
            lambda found: {code: {"language": code, "value": text} for code, text in found.items()}
        ),
        "claims": st.lists(
            st.sampled_from(sorted(DATATYPES)).flatmap(
                lambda name: values[VALUE_TYPES[DATATYPES[name]]].map(
                    lambda value: statement(name, value, VALUE_TYPES[DATATYPES[name]])
                )
            ),
            max_size=3,
        ),
    },
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(edits)
def test_sending_back_what_was_stored_is_no_edit(bot: Client, data: Json) -> None:
    """Ids are unique even if creations fail, and an item sent back whole is a null edit."""
    made = bot.edit(data, new="item")
    if "error" in made:
        assert made["error"]["code"] in ("modification-failed", "invalid-claim")
        return
    entity_id = made["entity"]["id"]
    stored = bot.call(action="wbgetentities", ids=entity_id)["entities"][entity_id]
    assert stored["lastrevid"] == made["entity"]["lastrevid"]
    kept = {key: stored[key] for key in ("labels", "descriptions", "aliases", "claims")}
    again = bot.edit(kept, id=entity_id)
    assert again["entity"]["nochange"] is True
    assert again["entity"]["lastrevid"] == stored["lastrevid"]
    assert again["entity"]["claims"] == stored["claims"]


scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False)
junk: st.SearchStrategy[Any] = st.recursive(
    scalars | st.sampled_from(["", "en", "Q5"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=3),
    max_leaves=12,
)
NAMES = ["ids", "titles", "pageids", "revids", "id", "entity", "claim", "srsearch", "undo", "title", "snaks"]
NAMES += ["ucuser", "uccontinue", "rvlimit", "prop", "list", "meta", "value", "property"]
VALUES = ["", "-1", "9" * 30, "Q5", "P217|x", "revisions|info", "usercontribs", "search", "{}", GUID]
parameters = st.dictionaries(st.sampled_from(NAMES), st.sampled_from(VALUES), max_size=5)
# Logging out would end the session of the tests that follow.
actions = st.sampled_from(sorted(set(ACTIONS) - {"logout"}))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(actions, parameters, junk)
def test_nonsense_is_answered_not_crashed_on(bot: Client, action: str, params: Json, data: Any) -> None:
    given_data = {"data": json.dumps(data), "token": bot.token} | params
    response = bot.send(**(given_data | {"action": action, "formatversion": 2}))
    assert response.status_code == 200
    assert ("error" in response.json()) == ("MediaWiki-API-Error" in response.headers)


def test_parallel_writers_lose_no_accepted_edit(tmp_path: Path) -> None:
    """Four writers add statements to one item; each accepted one is there, each refused one not."""
    accepted: list[str] = []
    refused: list[str] = []

    def write(name: str, api_url: str) -> None:
        with httpx.Client(trust_env=False) as client:
            for number in range(10):
                text = f"{name}{number}"
                data = json.dumps({"claims": [statement("P217", text)]})
                params = {"action": "wbeditentity", "id": "Q5", "data": data, "token": "+\\"}
                answer = client.post(api_url, data=params | {"format": "json", "formatversion": "2"})
                if "error" not in answer.json():
                    accepted.append(text)
                    continue
                assert answer.headers["MediaWiki-API-Error"] == "failed-save, editconflict"
                refused.append(text)

    with running(tmp_path / "wiki.sqlite") as sandbox:
        sandbox.seed(entities=WORLD)
        writers = [threading.Thread(target=write, args=(name, sandbox.api_url)) for name in "abcd"]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()
        stored = sandbox.entity("Q5")["claims"]["P217"]
        assert sorted(claim["mainsnak"]["datavalue"]["value"] for claim in stored) == sorted(accepted)
        assert len(accepted) + len(refused) == 40
        assert len(sandbox.edits()) == len(accepted)


def test_numbers_are_unique_and_far_from_real_ones(bot: Client) -> None:
    first = bot.edit(label("one"), new="item")["entity"]["id"]
    assert bot.edit(label("x" * 251), new="item")["error"]["code"] == "modification-failed"
    second = bot.edit(label("two"), new="item")["entity"]["id"]
    assert int(first[1:]) >= 9_900_001
    assert int(second[1:]) == int(first[1:]) + 2
