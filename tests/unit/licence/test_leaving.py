"""What may leave towards Commons, Europeana and our own exports, and how its sources are named."""

from dataclasses import replace
from datetime import date

import pyarrow as pa
import pytest

from heritage.adapters.vocabularies import YamlVocabularies
from heritage.licence.gate import Facts
from heritage.licence.leaving import Leaves, let_out, let_quote
from heritage.licence.permission import Permission, PermissionKind, Scope, Target
from heritage.model.evidence import Axis, Evidence, Level
from heritage.model.tables import RECORDS
from heritage.risk.combine import Assessment
from heritage.risk.explain import explain

TODAY = date(2026, 11, 21)
FACTS = Facts("xx_churches", "CC0-1.0", "https://example.org/licence", "Church Board", "de")
LETTER = Permission(
    dataset="xx_churches",
    licence_id="CC-BY-3.0",
    target=Target.EXPORT,
    kind=PermissionKind.WAIVER,
    given_on=date(2026, 1, 7),
    by="Church Board",
    role="head of the legal office",
    letter="5d41402a" * 8,
    covers_database_right=True,
)


@pytest.fixture(scope="module")
def licences(repository):
    return YamlVocabularies(repository / "datasets" / "_vocabularies").licences()


def leaves(licences, target, *permissions, **changes):
    facts = replace(FACTS, **changes)
    return Leaves(target, licences, permissions, TODAY, {facts.dataset: facts}.get)


def records(*image_licences):
    rows = [
        {"dataset": "xx_churches", "record_id": str(number), "kind": "monument", "name": f"Church {number}"}
        | {"image": {"file": f"{number}.jpg", "licence": licence, "author": None}}
        for number, licence in enumerate(image_licences, start=1)
    ]
    rows.append({"dataset": "xx_churches", "record_id": "none", "kind": "monument", "name": "No image"})
    return pa.Table.from_pylist(rows, schema=RECORDS)


def images(found):
    return {row["record_id"] for row in found.records.to_pylist() if row["image"]}


def test_to_commons_go_images_alone_each_by_its_own_licence(licences):
    some = records("CC-BY-SA-4.0", "InC", None, "", "CC-BY-NC-4.0", "free to use", "CC0-1.0")
    found = let_out(some, "xx_churches", leaves(licences, Target.COMMONS))
    assert found.records.column_names == ["record_id", "image"]
    assert images(found) == {"1", "7"}, "that the data is CC0 opens no image"
    assert sum(kept.count for kept in found.kept_back) == 5
    assert {kept.opens for kept in found.kept_back} == {
        "Only a free licence of their own opens it, stated by the publisher, a statute or a VRT ticket."
    }


def test_images_of_a_register_that_may_go_nowhere_are_free_where_they_say_so_themselves(licences):
    closed = leaves(licences, Target.COMMONS, licence_id="CC-BY-NC-4.0")
    assert images(let_out(records("CC0-1.0", "CC-BY-NC-4.0"), "xx_churches", closed)) == {"1"}


def test_to_europeana_go_records_whose_data_is_free_with_links_to_their_images(licences):
    some = records("InC", "CC-BY-NC-4.0", None)
    found = let_out(some, "xx_churches", leaves(licences, Target.EUROPEANA))
    assert found.records["record_id"].to_pylist() == ["1", "2", "3", "none"]
    assert images(found) == {"1"}, "a statement on media is linked, a licence that is not free is not"
    asks = let_out(some, "xx_churches", leaves(licences, Target.EUROPEANA, licence_id="CC-BY-4.0"))
    assert asks.records.num_rows == 0
    (kept,) = asks.kept_back
    assert (kept.count, asks.credit) == (4, None)
    assert kept.opens.endswith("opens it: `heritage permission add xx_churches --target europeana`.")


@pytest.mark.parametrize("target", list(Target))
@pytest.mark.parametrize("licence", ["", "free to use", "CC-BY-NC-ND-4.0", "LicenseRef-not-stated"])
def test_what_no_licence_opens_goes_nowhere(licences, target, licence):
    given = leaves(licences, target, licence_id=licence, media=licence)
    assert let_out(records(licence), "xx_churches", given).records.num_rows == 0
    assert let_out(records(licence), "unknown_source", leaves(licences, target)).records.num_rows == 0


def test_a_licence_that_changed_at_the_source_closes_the_way(licences):
    given = leaves(licences, Target.EXPORT, stated="CC-BY-NC-4.0")
    assert let_out(records("CC0-1.0"), "xx_churches", given).records.num_rows == 0


def test_a_permission_for_all_opens_the_way_and_one_for_a_part_or_another_licence_does_not(licences):
    part = replace(LETTER, scope=Scope(rows=("2", "none")))
    partly = leaves(licences, Target.EXPORT, part, licence_id="CC-BY-3.0")
    assert let_out(records(None, None), "xx_churches", partly).records.num_rows == 0
    whole = leaves(licences, Target.EXPORT, LETTER, licence_id="CC-BY-3.0")
    assert let_out(records(None, None), "xx_churches", whole).records.num_rows == 3
    before = replace(LETTER, licence_id="CC0-1.0")
    stale = leaves(licences, Target.EXPORT, before, licence_id="CC-BY-3.0")
    assert let_out(records(None), "xx_churches", stale).records.num_rows == 0


@pytest.mark.parametrize(
    ("licence", "text", "apart"),
    [
        ("CC0-1.0", None, None),
        ("CC-BY-4.0", "© Church Board 2026", False),
        ("ODbL", "© Church Board 2026", True),
    ],
)
def test_who_asks_for_it_is_named(licences, licence, text, apart):
    given = leaves(licences, Target.EXPORT, licence_id=licence, attribution="© Church Board 2026")
    credit = let_out(records(None), "xx_churches", given).credit
    assert (credit and credit.text, credit and credit.share_alike) == (text, apart)


def said(**changes):
    facts = {
        "record_id": "7", "axis": Axis.STATE, "scheme": "s", "raw_value": "Very bad", "level": 4,
        "reliability": "A", "credibility": 2, "cap": 5, "observed": TODAY, "valid_until": date(2028, 1, 1),
        "source": "A survey", "url": "https://survey.example/7", "independence_group": "g",
        "register": "xx_churches", "licence": "CC0-1.0",
    }  # fmt: skip
    return Evidence(**(facts | changes))


def quoted(given, sentence, *evidence):
    rows = [
        {name: getattr(one, name) for name in ("record_id", "register", "licence", "source", "url")}
        for one in evidence
    ]
    names = ("record_id", "register", "licence", "source", "url")
    known = pa.Table.from_pylist(rows, pa.schema([(name, pa.string()) for name in names]))
    return let_quote(pa.table({"record_id": ["7"], "explanation": [sentence]}), known, given)


def sentence(top):
    return explain(Assessment(Level.CRITICAL, 0.75, "medium", (), top, date(2028, 1, 1), None, False))


def test_evidence_that_is_closed_gives_its_level_and_a_link(licences):
    given = leaves(licences, Target.EXPORT)
    closed = said(register="world_gone", licence="LicenseRef-IUCN", source="An outlook")
    found = quoted(given, sentence(closed), said(), closed)
    (told,) = found.rows["explanation"].to_pylist()
    assert "Very bad" not in told
    assert told.startswith("We derived the level from An outlook; the licence does not let us repeat")
    assert found.links == {"7": "https://survey.example/7"}
    assert found.named == ()


def test_evidence_that_is_open_is_quoted_and_named(licences):
    given = leaves(licences, Target.EXPORT, licence_id="CC-BY-4.0")
    closed = said(register="world_gone", licence="LicenseRef-IUCN", source="An outlook")
    found = quoted(given, sentence(said()), said(), closed)
    assert found.rows["explanation"].to_pylist() == [sentence(said())]
    assert [credit.text for credit in found.named] == ["Church Board"]


def test_a_sentence_of_which_nobody_knows_whom_it_quotes_is_not_told(licences):
    found = quoted(leaves(licences, Target.EXPORT), "Critical: very bad.")
    assert "very bad" not in found.rows["explanation"][0].as_py()
