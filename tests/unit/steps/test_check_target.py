"""What stands in the way of a batch on a wiki is told before its first edit, each with what to add."""

import pytest

from heritage.adapters.wikibase.embedding import WikiAccess
from heritage.adapters.wikibase.mapped import MappedWiki
from heritage.adapters.wikibase.translation import Translation
from heritage.adapters.wikibase.wiki import PywikibotWiki
from heritage.model.edit import (
    UNKNOWN,
    Content,
    CoordinateValue,
    ItemValue,
    Kind,
    ReferenceAddition,
    Snak,
    Statement,
    TextValue,
    TimeValue,
)
from heritage.spec.target import Target
from heritage.steps.check_target import check_target, wanted_by
from wikibase_sandbox.testing import running

REFERENCE = (Snak("P248", ItemValue("Q500")), Snak("P813", TimeValue("+2026-11-20T00:00:00Z", 11)))
CONTENT = Content(
    statements=(
        Statement("P1216", TextValue("1"), Kind.IDENTIFIERS, (REFERENCE,)),
        Statement("P1435", ItemValue("Q501"), Kind.DESIGNATION, (REFERENCE,)),
        Statement("P571", UNKNOWN, Kind.DESIGNATION, (), (Snak("P625", CoordinateValue(1, 2, 0.1)),)),
    ),
    references=(
        ReferenceAddition("Q5$1", "P31", Kind.PLACE, (Snak("P854", TextValue("https://x.example")),)),
    ),
)
DATATYPES = {
    "P248": "wikibase-item",
    "P813": "time",
    "P1216": "external-id",
    "P1435": "wikibase-item",
    "P571": "time",
    "P625": "globe-coordinate",
    "P854": "url",
}
SAME = Target(
    id="sandbox",
    title="The wiki",
    entities="http://www.wikidata.org/entity/",
    properties="same",
    items="same",
    edits_per_minute=60,
)


@pytest.fixture
def sandbox(tmp_path):
    with running(tmp_path / "wiki.sqlite") as sandbox:
        yield sandbox


def fill(sandbox, **changed):
    datatypes = DATATYPES | changed
    sandbox.seed(
        entities=[{"id": p, "datatype": t, "labels": {"en": p}} for p, t in datatypes.items() if t]
        + [{"id": "Q500", "labels": {"en": "register"}}, {"id": "Q501", "labels": {"en": "listed"}}]
    )


def faults(sandbox, target=SAME, *, writes=True, **access):
    given = {"user": "Bot@h", "password": "bot-password"} | access
    wiki = PywikibotWiki(WikiAccess(sandbox.api_url, "https://heritage.example", **given))
    mapped = MappedWiki(wiki, Translation(target)) if target.translates else wiki
    return check_target(target, wanted_by([CONTENT]), mapped, writes=writes)


def test_a_wiki_that_has_everything_is_fit(sandbox):
    fill(sandbox)
    assert faults(sandbox) == ()


def test_everything_that_edits_name_is_looked_for():
    wanted = wanted_by([CONTENT])
    assert set(wanted.properties) == set(DATATYPES)
    assert wanted.items == {"Q500", "Q501"}


def test_missing_and_other_properties_and_items_are_named(sandbox):
    fill(sandbox, P1435=None, P625="string")
    sandbox.seed(entities=[{"id": "Q501", "deleted": True}])
    missing, other, gone = faults(sandbox)
    assert missing == "P1435 is no property of The wiki: have it made there."
    assert other.startswith("P625 holds string on The wiki, the batch has values of globe-coordinate for it")
    assert gone == "Q501 does not stand on The wiki: deleted, or never made."


def test_what_the_account_may_not_do_is_told_with_what_to_ask_for(sandbox):
    fill(sandbox)
    sandbox.seed(tags=["known"], blocked_users=["Person"])
    target = SAME.model_copy(update={"bot": True, "tags": ("known", "unknown")})
    blocked, flag, tag = faults(sandbox, target, user="Person", password="person-password")
    assert blocked.startswith("Person is blocked on The wiki by ")
    assert "no bot flag" in flag
    assert "unknown" in tag
    assert "Special:Tags" in tag
    assert "known," not in tag
    assert faults(sandbox, target, writes=False) == ()


def test_nobody_logged_in_and_another_wiki_are_told(sandbox):
    fill(sandbox)
    elsewhere = SAME.model_copy(update={"entities": "https://own.example/entity/"})
    told = faults(sandbox, elsewhere, user=None, password=None)
    assert [sentence for sentence in told if "begin with http://www.wikidata.org/entity/, not" in sentence]
    assert [sentence for sentence in told if sentence == "Nobody is logged in on The wiki: set an account."]


def test_what_has_no_counterpart_or_a_wrong_one_is_named_with_the_file(sandbox):
    sandbox.seed(
        entities=[
            {"id": "P1", "datatype": "wikibase-item", "labels": {"en": "told by"}},
            {"id": "Q1", "labels": {"en": "register"}, "redirect": "Q2"},
            {"id": "Q2", "labels": {"en": "the register"}},
        ]
    )
    mapped = SAME.model_copy(update={"properties": {"P248": "P1", "P854": "P9"}, "items": {"Q500": "Q1"}})
    told = faults(sandbox, mapped)
    assert "P1435 has no counterpart: add it to `properties` in targets/sandbox.yaml." in told
    assert "P854 (P9) is no property of The wiki: have it made there." in told
    assert "Q501 has no counterpart: add it to `items` in targets/sandbox.yaml." in told
    assert "Q500 (Q1) was merged on The wiki: write what it leads to." in told
    assert not [sentence for sentence in told if sentence.startswith("P248")]
