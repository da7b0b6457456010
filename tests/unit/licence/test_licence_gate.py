"""The table of licences in the repository, and what opens and closes the gate."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heritage.adapters.vocabularies import YamlVocabularies
from heritage.errors import SpecError
from heritage.licence.gate import allowed_kinds, answer, may_be_asked, openings
from heritage.licence.permission import PermissionKind, Scope, Target
from heritage.licence.vocabulary import Licences
from heritage.model.edit import Kind
from heritage.model.governance import LicenceAnswer
from licence_examples import DECISION, FACTS, WAIVER

TODAY = date(2026, 11, 21)
IN_COPYRIGHT = ["InC", "InC-OW-EU", "InC-EDU", "InC-NC", "InC-RUU"]
NO_COPYRIGHT = ["NoC-CR", "NoC-NC", "NoC-OKLR", "NoC-US"]
STATEMENTS = [*IN_COPYRIGHT, *NO_COPYRIGHT, "CNE", "UND", "NKC"]


@pytest.fixture(scope="module")
def licences(repository) -> Licences:
    return YamlVocabularies(repository / "datasets" / "_vocabularies").licences()


def found(licences, licence_id="CC-BY-4.0", target=Target.WIKIDATA, *permissions, kind=None, **changes):
    facts = replace(FACTS, licence_id=licence_id, **changes)
    return answer(facts, target, licences, permissions, today=TODAY, kind=kind)


def answers(licences, licence_id, **changes) -> list[str]:
    return [found(licences, licence_id, target, **changes).answer.value for target in Target]


@pytest.mark.parametrize(
    ("licence_id", "wikidata", "commons", "europeana", "export"),
    [
        ("CC0-1.0", "ALLOW", "ALLOW", "ALLOW", "ALLOW"),
        ("CC-PDM-1.0", "ALLOW", "ALLOW", "ALLOW", "ALLOW"),
        ("PDDL-1.0", "ALLOW", "ALLOW", "ALLOW", "ALLOW"),
        ("dl-de/zero-2-0", "ALLOW", "ALLOW", "ALLOW", "ALLOW"),
        ("CC-BY-4.0", "NEEDS_WAIVER", "ALLOW", "NEEDS_WAIVER", "ALLOW"),
        ("ODC-By-1.0", "NEEDS_WAIVER", "ALLOW", "NEEDS_WAIVER", "ALLOW"),
        ("OGL-UK-3.0", "BODY_DECISION", "ALLOW", "BODY_DECISION", "ALLOW"),
        ("etalab-2.0", "BODY_DECISION", "ALLOW", "BODY_DECISION", "ALLOW"),
        ("NLOD-2.0", "BODY_DECISION", "ALLOW", "BODY_DECISION", "ALLOW"),
        ("dl-de/by-2-0", "BODY_DECISION", "ALLOW", "BODY_DECISION", "ALLOW"),
        ("CC-BY-3.0", "NEEDS_WAIVER", "ALLOW", "NEEDS_WAIVER", "BODY_DECISION"),
        ("CC-BY-SA-4.0", "NEEDS_WAIVER", "ALLOW", "NEEDS_WAIVER", "ALLOW"),
        ("GFDL-1.3-or-later", "NEEDS_WAIVER", "ALLOW", "NEEDS_WAIVER", "ALLOW"),
        ("ODbL-1.0", "NEEDS_WAIVER", "DENY", "NEEDS_WAIVER", "ALLOW"),
        ("CC-BY-NC-4.0", "LINK_ONLY", "DENY", "DENY", "DENY"),
        ("CC-BY-ND-4.0", "LINK_ONLY", "DENY", "DENY", "DENY"),
        ("LicenseRef-UNESCO-WHC", "LINK_ONLY", "DENY", "DENY", "DENY"),
        ("LicenseRef-ACLED", "LINK_ONLY", "DENY", "DENY", "DENY"),
        ("LicenseRef-not-stated", "DENY", "DENY", "DENY", "DENY"),
        ("MIT", "DENY", "DENY", "DENY", "DENY"),
        ("free for everybody", "DENY", "DENY", "DENY", "DENY"),
        ("", "DENY", "DENY", "DENY", "DENY"),
        ("  ", "DENY", "DENY", "DENY", "DENY"),
        *((f"http://rightsstatements.org/vocab/{one}/1.0/", "DENY", "DENY", "LINK_ONLY", "LINK_ONLY")
          for one in STATEMENTS),
    ],
)  # fmt: skip
def test_the_table_of_the_details(licences, licence_id, wikidata, commons, europeana, export):
    assert answers(licences, licence_id) == [wikidata, commons, europeana, export]
    assert all(found(licences, licence_id, target).reason.endswith(".") for target in Target)


@pytest.mark.parametrize(
    ("country", "export"), [("gb", "BODY_DECISION"), (None, "BODY_DECISION"), ("us", "ALLOW")]
)
def test_an_older_licence_asks_where_its_maker_is(licences, country, export):
    assert answers(licences, "CC-BY-3.0", maker_country=country) == [
        "NEEDS_WAIVER",
        "ALLOW",
        "NEEDS_WAIVER",
        export,
    ]


def test_the_public_domain_by_statute_needs_its_statute(licences):
    assert answers(licences, "LicenseRef-public-domain-statute") == ["DENY"] * 4
    basis = {"legal_basis": "17 U.S.C. § 105."}
    assert answers(licences, "LicenseRef-public-domain-statute", **basis) == ["ALLOW"] * 4


def test_what_belongs_to_others_or_leaves_out_the_database_right_is_not_covered(licences):
    assert answers(licences, "CC0-1.0", third_party="Photographs of visitors.") == [
        "NEEDS_WAIVER",
        "ALLOW",
        "NEEDS_WAIVER",
        "NEEDS_WAIVER",
    ]
    assert answers(licences, "CC0-1.0", covers_database_right=False)[0] == "NEEDS_WAIVER"
    assert answers(licences, "CC0-1.0", covers_database_right=False, maker_country="us")[0] == "ALLOW"


def test_metadata_and_media_of_a_collection_have_each_their_own_answer(licences):
    both = {"media": "http://rightsstatements.org/vocab/InC/1.0/"}
    assert answers(licences, "CC0-1.0", **both) == ["ALLOW", "DENY", "ALLOW", "ALLOW"]
    assert answers(licences, "CC0-1.0", media="CC-BY-SA-4.0")[1] == "ALLOW"
    tag = replace(
        WAIVER,
        kind=PermissionKind.VRT,
        licence_id="CC0-1.0",
        target=Target.COMMONS,
        ticket="2026010710001234",
    )
    assert found(licences, "CC0-1.0", Target.COMMONS, tag, **both).answer is LicenceAnswer.ALLOW
    letter = replace(tag, kind=PermissionKind.WAIVER)
    assert found(licences, "CC0-1.0", Target.COMMONS, letter, **both).answer is LicenceAnswer.DENY


def test_ids_are_compared_without_case_and_addresses_are_read(licences):
    assert answers(licences, "cc-by-4.0 ") == answers(licences, "CC-BY-4.0")
    read = {
        "https://creativecommons.org/licenses/by/4.0/legalcode.de": "CC-BY-4.0",
        "http://creativecommons.org/publicdomain/mark/1.0/": "CC-PDM-1.0",
        "https://creativecommons.org/publicdomain/zero/1.0/deed.sv": "CC0-1.0",
        "http://rightsstatements.org/page/NoC-OKLR/1.0/?language=en": "LicenseRef-RS-NoC-OKLR",
        "dl-de/by-2-0": "DL-DE-BY-2.0",
        "https://creativecommons.org.evil.example/licenses/by/4.0/": None,
    }
    assert {text: licences.read(text) for text in read} == read


def test_a_register_whose_source_states_another_licence_is_closed_until_somebody_looks(licences):
    assert found(licences, stated="https://creativecommons.org/licenses/by/4.0/") == found(licences)
    for closed in ("CC0-1.0", "cc-nc"):
        changed = found(licences, "CC-BY-4.0", Target.WIKIDATA, WAIVER, stated=closed)
        assert changed.answer is LicenceAnswer.DENY
        assert "The source states" in changed.reason
    unreadable = found(licences, "CC-BY-4.0", Target.WIKIDATA, WAIVER, stated="see our website")
    assert unreadable.answer is LicenceAnswer.NEEDS_WAIVER
    assert "changed since" in unreadable.reason


def test_case_14_export_needs_attribution_and_an_archived_waiver_opens_wikidata(licences):
    assert found(licences).answer is LicenceAnswer.NEEDS_WAIVER
    exported = found(licences, "CC-BY-4.0", Target.EXPORT)
    assert exported.answer is LicenceAnswer.ALLOW
    assert "Needs attribution." in exported.reason
    opened = found(licences, "CC-BY-4.0", Target.WIKIDATA, WAIVER)
    assert opened.answer is LicenceAnswer.ALLOW
    assert opened.permission == WAIVER
    assert WAIVER.hash[:12] in opened.reason
    new_version = found(licences, "CC-BY-NC-4.0", Target.WIKIDATA, WAIVER)
    assert new_version.answer is LicenceAnswer.LINK_ONLY
    assert new_version.facts != opened.facts


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"kind": PermissionKind.NONE}, "gave no permission"),
        ({"covers_database_right": False}, "does not cover the database right"),
        ({"letter": ""}, "needs its letter in the archive"),
        ({"licence_id": "CC-BY-3.0"}, "given under CC-BY-3.0"),
        ({"valid_until": TODAY}, "it ended on 2026-11-21"),
        ({"given_on": date(2026, 11, 22)}, "not in force yet"),
        ({"scope": Scope(kinds=(Kind.NAMES,))}, "about names only"),
        ({"scope": Scope(rows=("1",))}, "about everything of 1 record only"),
        ({"kind": PermissionKind.STATUTE}, "needs a legal note"),
        ({"kind": PermissionKind.VRT}, "needs the number of its ticket"),
        ({"target": Target.COMMONS}, ""),
        ({"dataset": "xx_castles"}, ""),
    ],
)
def test_a_permission_that_does_not_fit_opens_nothing_and_the_report_says_why(licences, changes, why):
    given = found(licences, "CC-BY-4.0", Target.WIKIDATA, replace(WAIVER, **changes))
    assert given.answer is LicenceAnswer.NEEDS_WAIVER
    assert given.permission is None
    assert why in given.reason


def test_a_permission_in_part_opens_its_part(licences):
    part = replace(WAIVER, scope=Scope((Kind.NAMES,), ("7", "8")))
    opened = openings(FACTS, Target.WIKIDATA, licences, [part], today=TODAY)
    assert {kind: given.answer.value for kind, given in opened.items() if kind is Kind.NAMES} == {
        "names": "ALLOW"
    }
    assert opened[Kind.NAMES].rows == ("7", "8")
    assert {given.answer.value for kind, given in opened.items() if kind is not Kind.NAMES} == {
        "NEEDS_WAIVER"
    }
    whole = openings(FACTS, Target.WIKIDATA, licences, [part, WAIVER], today=TODAY)
    assert {given.permission for given in whole.values()} == {WAIVER}


def test_a_decision_of_the_body_opens_what_it_may_decide_until_it_expires(licences):
    facts = replace(FACTS, licence_id="OGL-UK-3.0")
    decision = replace(DECISION, given_on=date(2026, 1, 7))

    def on(day, permission=decision):
        return answer(facts, Target.WIKIDATA, licences, [permission], today=day).answer

    assert on(TODAY) is LicenceAnswer.ALLOW
    assert on(date(2028, 1, 1)) is LicenceAnswer.BODY_DECISION
    for missing in (
        {"valid_until": None},
        {"valid_until": date(2028, 1, 8)},
        {"decision": None},
        {"legal_note": " "},
    ):
        assert on(TODAY, replace(decision, **missing)) is LicenceAnswer.BODY_DECISION


@given(
    kind=st.sampled_from(PermissionKind),
    licence_id=st.sampled_from(["CC-BY-NC-4.0", "CC-BY-ND-4.0", "LicenseRef-UNESCO-WHC", "unheard-of", ""]),
    target=st.sampled_from(Target),
    covers=st.booleans(),
)
def test_no_permission_turns_a_refusal_into_an_allowance(licences, kind, licence_id, target, covers):
    permission = replace(
        DECISION, kind=kind, licence_id=licence_id, target=target, covers_database_right=covers, ticket="1",
        letter="5d41402a" * 8,
    )  # fmt: skip
    with_it = found(licences, licence_id, target, permission)
    assert with_it.answer is found(licences, licence_id, target).answer
    assert with_it.answer is not LicenceAnswer.ALLOW


def test_share_alike_needs_the_owner_not_the_body(licences):
    given = found(licences, "ODbL-1.0", Target.WIKIDATA, replace(DECISION, licence_id="ODbL-1.0"))
    assert given.answer is LicenceAnswer.NEEDS_WAIVER
    assert "only the owner" in given.reason


@pytest.mark.parametrize(
    ("licence_id", "asked"),
    [
        ("OGL-UK-3.0", True),
        ("CC-BY-4.0", True),
        ("ODbL-1.0", False),
        ("CC-BY-NC-4.0", False),
        ("CC0-1.0", False),
    ],
)
def test_the_body_is_asked_only_where_it_may_decide(licences, licence_id, asked):
    refused = may_be_asked(replace(FACTS, licence_id=licence_id), Target.WIKIDATA, licences)
    assert (refused is None) is asked


def test_kinds_under_an_answer():
    assert allowed_kinds(LicenceAnswer.ALLOW) == set(Kind)
    assert allowed_kinds(LicenceAnswer.LINK_ONLY) == {Kind.IDENTIFIERS}
    for closed in (LicenceAnswer.NEEDS_WAIVER, LicenceAnswer.BODY_DECISION, LicenceAnswer.DENY):
        assert allowed_kinds(closed) == frozenset()


def test_a_corrected_address_of_the_evidence_is_no_new_licence_and_another_way_to_write_it_neither(licences):
    now = replace(FACTS, licence_id="DL-DE-BY-2.0").digest(licences)
    same = replace(FACTS, licence_id="dl-de/by-2-0", evidence="https://elsewhere.example")
    assert same.digest(licences) == now
    for other in (
        {"licence_id": "OGL-UK-3.0"},
        {"maker_country": "us"},
        {"third_party": "x"},
        {"stated": "ask us"},
    ):
        assert replace(same, **other).digest(licences) != now


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("{ids: [CC0-1.0, CC0-1.0], ", "twice: cc0-1.0"),
        ("{ids: [CC0-1.0], also: {CC0-1.0: [cc0-1.0]}, ", "twice: cc0-1.0"),
        ("{ids: [CC0-1.0], also: {MIT: [x]}, ", "MIT is not among the ids"),
        ("{ids: [free], ", "neither SPDX ids nor LicenseRef- ids.*: free"),
    ],
)
def test_a_row_that_cannot_be_is_refused(tmp_path, row, says):
    terms = f"{row} why: W, wikidata: DENY, commons: DENY, europeana: DENY, export: DENY}}"
    (tmp_path / "licences.yaml").write_text(f"{{version: 1, database_right: [de], terms: [{terms}]}}")
    with pytest.raises(SpecError, match=rf"licences\.yaml: .*{says}"):
        YamlVocabularies(tmp_path).licences()


@pytest.mark.parametrize("content", [None, "{version: 1", "[]", "\xff"])
def test_a_vocabulary_that_cannot_be_read_says_which(tmp_path, content):
    if content is not None:
        (tmp_path / "licences.yaml").write_bytes(content.encode("latin-1"))
    with pytest.raises(SpecError, match=r"licences\.yaml"):
        YamlVocabularies(tmp_path).licences()
