"""The table of licences in the repository, and what opens and closes the gate."""

from dataclasses import replace
from datetime import date

import pytest

from heritage.adapters.vocabularies import YamlVocabularies
from heritage.errors import SpecError
from heritage.licence.gate import Licences, Permission, Target, allowed_kinds, answer
from heritage.model.edit import Kind
from heritage.model.governance import LicenceAnswer

TODAY = date(2026, 11, 21)
WAIVER = Permission(
    kind="waiver",
    licence_id="CC-BY-4.0",
    target=Target.WIKIDATA,
    reference="sha256:5d41402a",
    covers_database_right=True,
    given_on=date(2026, 1, 7),
)


@pytest.fixture(scope="module")
def licences(repository) -> Licences:
    return YamlVocabularies(repository / "datasets" / "_vocabularies").licences()


def answers(licences: Licences, licence_id: str | None) -> list[str]:
    return [answer(licence_id, target, licences, today=TODAY).answer.value for target in Target]


@pytest.mark.parametrize(
    ("licence_id", "wikidata", "commons", "export"),
    [
        ("CC0-1.0", "ALLOW", "ALLOW", "ALLOW"),
        ("PDDL-1.0", "ALLOW", "ALLOW", "ALLOW"),
        ("dl-de/zero-2-0", "ALLOW", "ALLOW", "ALLOW"),
        ("CC-BY-4.0", "NEEDS_WAIVER", "ALLOW", "ALLOW"),
        ("OGL-UK-3.0", "BODY_DECISION", "ALLOW", "ALLOW"),
        ("etalab-2.0", "BODY_DECISION", "ALLOW", "ALLOW"),
        ("NLOD-2.0", "BODY_DECISION", "ALLOW", "ALLOW"),
        ("dl-de/by-2-0", "BODY_DECISION", "ALLOW", "ALLOW"),
        ("CC-BY-3.0", "NEEDS_WAIVER", "ALLOW", "BODY_DECISION"),
        ("CC-BY-SA-4.0", "NEEDS_WAIVER", "ALLOW", "ALLOW"),
        ("ODbL-1.0", "NEEDS_WAIVER", "DENY", "ALLOW"),
        ("CC-BY-NC-SA-4.0", "LINK_ONLY", "DENY", "DENY"),
        ("LicenseRef-UNESCO-WHC", "LINK_ONLY", "DENY", "DENY"),
        ("InC-1.0", "DENY", "DENY", "DENY"),
        (None, "DENY", "DENY", "DENY"),
        ("  ", "DENY", "DENY", "DENY"),
    ],
)
def test_the_table_of_the_details(licences, licence_id, wikidata, commons, export):
    assert answers(licences, licence_id) == [wikidata, commons, export]


def test_ids_are_compared_without_case_and_every_answer_has_a_reason(licences):
    assert answers(licences, "cc-by-4.0 ") == answers(licences, "CC-BY-4.0")
    for licence_id in ("CC0-1.0", "unheard-of", None):
        assert answer(licence_id, Target.WIKIDATA, licences, today=TODAY).reason.endswith(".")


def test_case_14_export_needs_attribution_and_an_archived_waiver_opens_wikidata(licences):
    assert "attribution" in answer("CC-BY-4.0", Target.EXPORT, licences, today=TODAY).reason
    opened = answer("CC-BY-4.0", Target.WIKIDATA, licences, [WAIVER], today=TODAY)
    assert opened.answer is LicenceAnswer.ALLOW
    assert "sha256:5d41402a" in opened.reason
    new_version = answer("CC-BY-NC-4.0", Target.WIKIDATA, licences, [WAIVER], today=TODAY)
    assert new_version.answer is LicenceAnswer.LINK_ONLY


@pytest.mark.parametrize(
    "changes",
    [
        {"covers_database_right": False},
        {"target": Target.COMMONS},
        {"licence_id": "CC-BY-3.0"},
        {"valid_until": TODAY},
        {"given_on": date(2026, 11, 22)},
    ],
)
def test_a_permission_that_does_not_fit_opens_nothing(licences, changes):
    found = answer("CC-BY-4.0", Target.WIKIDATA, licences, [replace(WAIVER, **changes)], today=TODAY)
    assert found.answer is LicenceAnswer.NEEDS_WAIVER


def test_a_decision_of_the_body_opens_what_it_may_decide_until_it_expires(licences):
    decision = replace(
        WAIVER,
        kind="body_decision",
        licence_id="OGL-UK-3.0",
        covers_database_right=False,
        valid_until=date(2028, 1, 1),
    )
    now = answer("OGL-UK-3.0", Target.WIKIDATA, licences, [decision], today=TODAY)
    assert now.answer is LicenceAnswer.ALLOW
    later = answer("OGL-UK-3.0", Target.WIKIDATA, licences, [decision], today=date(2028, 1, 1))
    assert later.answer is LicenceAnswer.BODY_DECISION


@pytest.mark.parametrize("licence_id", ["CC-BY-NC-4.0", "LicenseRef-UNESCO-WHC", "unheard-of"])
def test_no_permission_turns_a_refusal_into_an_allowance(licences, licence_id):
    for kind in ("waiver", "body_decision"):
        permission = replace(WAIVER, kind=kind, licence_id=licence_id)
        found = answer(licence_id, Target.WIKIDATA, licences, [permission], today=TODAY)
        assert found == answer(licence_id, Target.WIKIDATA, licences, today=TODAY)


def test_share_alike_needs_the_owner_not_the_body(licences):
    permission = replace(WAIVER, kind="body_decision", licence_id="ODbL-1.0")
    found = answer("ODbL-1.0", Target.WIKIDATA, licences, [permission], today=TODAY)
    assert found.answer is LicenceAnswer.NEEDS_WAIVER


def test_kinds_under_an_answer():
    assert allowed_kinds(LicenceAnswer.ALLOW) == set(Kind)
    assert allowed_kinds(LicenceAnswer.LINK_ONLY) == {Kind.IDENTIFIERS}
    for closed in (LicenceAnswer.NEEDS_WAIVER, LicenceAnswer.BODY_DECISION, LicenceAnswer.DENY):
        assert allowed_kinds(closed) == frozenset()


def test_a_licence_listed_twice_is_refused(tmp_path):
    terms = "{ids: [X-1, x-1], why: W, wikidata: DENY, commons: DENY, export: DENY}"
    (tmp_path / "licences.yaml").write_text(f"{{version: 1, terms: [{terms}]}}")
    with pytest.raises(SpecError, match=r"licences\.yaml: .*twice: x-1"):
        YamlVocabularies(tmp_path).licences()


@pytest.mark.parametrize("content", [None, "{version: 1", "[]", "\xff"])
def test_a_vocabulary_that_cannot_be_read_says_which(tmp_path, content):
    if content is not None:
        (tmp_path / "licences.yaml").write_bytes(content.encode("latin-1"))
    with pytest.raises(SpecError, match=r"licences\.yaml"):
        YamlVocabularies(tmp_path).licences()
