"""The licence gate on a whole installation: what was approved goes out only while the licence lets it."""

import re
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from heritage.adapters.clock import SystemClock
from heritage.errors import DecisionStale, GovernanceError
from heritage.licence.permission import PermissionKind, Target
from heritage.model.edit import EditState
from heritage.model.governance import LicenceAnswer
from heritage.steps.plan_upload import UploadBatch
from heritage.wiring import overview
from heritage.wiring.governance import cast_vote, close_round, latest_report, open_round, rank_and_report
from heritage.wiring.licences import judge_licence, licence_answers
from heritage.wiring.permissions import (
    Given,
    add_permission,
    ask_body,
    permissions_on_record,
    revoke_permission,
)
from heritage.wiring.pipeline import load_dataset
from heritage.wiring.settings import Settings
from heritage.wiring.stores import journal, permission_store
from heritage.wiring.uploads import plan_batches, upload_batch
from heritage.wiring.wiki_account import WikiAccount
from installation import DATASETS, vote
from wikibase_sandbox.testing import BOT, running

NOWHERE = WikiAccount("http://127.0.0.1:9/api.php", "Bot@heritage", "sandbox", "secret")
DATASET, EDITS = "de_libraries", ("de_libraries-new_items",)
TODAY = SystemClock().now().date()
WAIVER = Given(
    kind=PermissionKind.WAIVER,
    target=Target.WIKIDATA,
    given_on=date(2026, 1, 7),
    by="Library Office",
    role="legal department",
    covers_database_right=True,
)


class House:
    """An installation with one register, whose licence a test changes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.settings = Settings(
            data_url=f"{folder}/data",
            database_url=f"sqlite:///{folder}/heritage.sqlite",
            datasets=folder / "datasets",
            governance=folder / "governance.yaml",
            reports=folder / "reports",
            contact="https://heritage.example/contact",
            user="steward",
            sample=True,
            wiki_edits_per_minute=60_000,
            pilot_edits=10_000,
        )

    @classmethod
    def of(cls, decided: Path, folder: Path) -> "House":
        house = cls(shutil.copytree(decided, folder))
        source = DATASETS / "de" / DATASET
        shutil.copytree(source, house.folder / "datasets" / "de" / DATASET)
        (house.folder / "datasets" / "_vocabularies").symlink_to(DATASETS / "_vocabularies")
        return house

    def licence(self, licence_id: str) -> None:
        """The description says another licence from now on."""
        path = self.folder / "datasets" / "de" / DATASET / f"{DATASET}.yaml"
        said = f'licence: {{id: "{licence_id}", evidence: https://library.example/licence}}\n'
        text, found = re.subn(r"(?m)^licence:.*\n(?: .*\n)*", said, path.read_text(encoding="utf-8"))
        assert found == 1
        path.write_text(text, encoding="utf-8")

    def waive(self, **changed: object) -> str:
        """A waiver on record; gives its hash."""
        letter = self.folder / "letter.eml"
        letter.write_text("Yes to question 1, for all fields.")
        given = Given(
            **{**{name: getattr(WAIVER, name) for name in WAIVER.__slots__}, "letter": letter, **changed}
        )
        return add_permission(self.loaded, given, self.settings).hash

    def decide(self, *wanted: str) -> dict[str, str]:
        """Ranks, and every seat votes for what begins as wanted; gives what stood on the ballot."""
        opened = open_round(self.settings, rank_and_report(self.settings).folder)
        vote(self.settings, wanted)
        return {d.proposal_id: d.result.value for d in close_round(self.settings, opened.round_id)}

    def plan(self) -> list[UploadBatch]:
        return plan_batches(self.settings, NOWHERE)

    @property
    def loaded(self):
        return load_dataset(DATASET, self.settings)

    def answer(self, target: Target = Target.WIKIDATA) -> LicenceAnswer:
        return licence_answers(self.loaded, self.settings)[target].answer


@pytest.fixture(scope="module")
def waived_house(decided_installation: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A register under CC BY 4.0 with an archived waiver, and edits that the body approved because of it."""
    house = House.of(decided_installation, tmp_path_factory.mktemp("waived") / "house")
    house.licence("CC-BY-4.0")
    house.waive()
    results = house.decide(*EDITS)
    assert "approved" in results.values()
    return house.folder


@pytest.fixture
def waived(waived_house: Path, tmp_path: Path) -> House:
    return House(shutil.copytree(waived_house, tmp_path / "house", symlinks=True))


def test_case_14_a_waiver_opens_the_gate_and_a_new_licence_closes_it(
    decided_installation: Path, tmp_path: Path
) -> None:
    house = House.of(decided_installation, tmp_path / "house")
    house.licence("CC-BY-4.0")
    answers = licence_answers(house.loaded, house.settings)
    assert answers[Target.WIKIDATA].answer is LicenceAnswer.NEEDS_WAIVER
    assert answers[Target.EXPORT].answer is LicenceAnswer.ALLOW
    assert answers[Target.EXPORT].reason.endswith("Needs attribution.")
    ranked = rank_and_report(house.settings)
    assert (ranked.ranked, ranked.gated > 0) == (0, True)

    waiver = house.waive()
    assert house.answer() is LicenceAnswer.ALLOW
    house.decide(*EDITS)
    page = (latest_report(house.settings) / "report.html").read_text(encoding="utf-8")
    for told in ("For our own exports", "May be used", "Needs attribution", f"Permission {waiver[:12]}"):
        assert told in page
    [batch] = house.plan()
    assert {ground.permission for ground in batch.grounds} == {waiver}

    with running(house.folder / "wiki.sqlite") as sandbox:
        account = WikiAccount(sandbox.api_url, f"{BOT.name}@heritage", "sandbox", BOT.password)
        upload_batch(house.settings, account, batch.batch_id, live=True, limit=1)
        [kept] = journal(house.settings).batches()
        assert {(ground.permission, ground.licence_id) for ground in kept.grounds} == {(waiver, "CC-BY-4.0")}
        assert journal(house.settings).counts(batch.batch_id)[EditState.PLANNED] > 0
        made = len(sandbox.edits())

        house.licence("CC-BY-NC-4.0")
        judge_licence(house.loaded, house.settings)
        with pytest.raises(GovernanceError, match="licence does not allow new_items"):
            upload_batch(house.settings, account, batch.batch_id, live=True)
        assert len(sandbox.edits()) == made
    results = [result for _, result in permission_store(house.settings).results(DATASET)]
    towards = [result for result in results if result.target is Target.WIKIDATA]
    assert [result.answer for result in towards] == ["ALLOW", "NEEDS_WAIVER", "ALLOW", "LINK_ONLY"]
    assert towards[2].permission == waiver
    assert towards[3].stopped == (batch.batch_id,)
    assert towards[3].reopened == "the licence was CC-BY-4.0 and is CC-BY-NC-4.0"
    assert {result.snapshot for result in towards} == {batch.edits["snapshot"][0].as_py()}
    [row] = overview.batches(house.settings)
    assert row.stopped is not None
    assert row.dataset == DATASET
    assert (row.stopped.waiting, row.stopped.kinds) == (batch.edits.num_rows - 1, ("new items",))
    assert row.stopped.answer is LicenceAnswer.LINK_ONLY
    assert "Not a free licence" in row.stopped.reason
    assert row.stopped.decided_under == ("CC-BY-4.0",)
    assert row.stopped.since is not None
    assert row.stopped.steps[0] == "The licence allows links only: ask the publisher for a free licence."
    assert row.stopped.steps[1].startswith("The body decided under CC-BY-4.0; the next round brings")


def test_what_stopped_before_anything_was_sent_is_told_too(waived: House) -> None:
    assert overview.batches(waived.settings) == []
    [before] = waived.plan()
    waived.licence("CC-BY-NC-4.0")
    [row] = overview.batches(waived.settings)
    assert row.stopped is not None
    assert (row.batch.batch_id, row.batch.decision_numbers) == ("", before.decisions)
    assert row.stopped.waiting == before.edits.num_rows
    assert row.stopped.answer is LicenceAnswer.LINK_ONLY
    assert "The body decided under another licence" in row.stopped.steps[-1]


def test_a_batch_is_told_as_stopped_until_the_gate_opens_again(waived: House) -> None:
    [standing] = permissions_on_record(waived.settings)
    with running(waived.folder / "wiki.sqlite") as sandbox:
        account = WikiAccount(sandbox.api_url, f"{BOT.name}@heritage", "sandbox", BOT.password)
        [batch] = waived.plan()
        upload_batch(waived.settings, account, batch.batch_id, live=True, limit=1)
        assert [row.stopped for row in overview.batches(waived.settings)] == [None]

        revoke_permission(standing.permission.hash, "the owner took it back", waived.settings)
        [row] = overview.batches(waived.settings)
        assert row.stopped is not None
        assert row.stopped.answer is LicenceAnswer.NEEDS_WAIVER
        assert row.stopped.since is None, "nobody has written the answer down yet"
        assert "`heritage permission letter de_libraries`" in row.stopped.steps[0]
        assert row.stopped.steps[-1].startswith("Nothing has to be decided anew")

        waived.waive(ticket="second letter")
        assert [row.stopped for row in overview.batches(waived.settings)] == [None]
        waived.licence("CC0-1.0")
        [row] = overview.batches(waived.settings)
        assert row.stopped is not None
        assert row.stopped.answer is LicenceAnswer.ALLOW, "it lets it, and the body decided otherwise"
        [step] = row.stopped.steps
        assert step.startswith("The body decided under CC-BY-4.0")
        waived.decide(*EDITS)
        [again] = waived.plan()
        upload_batch(waived.settings, account, again.batch_id, live=True)
        assert [row.stopped for row in overview.batches(waived.settings)] == [None, None]


def test_what_stopped_comes_back_to_the_body_when_the_licence_lets_it_again(waived: House) -> None:
    [before] = waived.plan()
    entries = journal(waived.settings)
    with running(waived.folder / "wiki.sqlite") as sandbox:
        account = WikiAccount(sandbox.api_url, f"{BOT.name}@heritage", "sandbox", BOT.password)
        upload_batch(waived.settings, account, before.batch_id, live=True, limit=1)
        waived.licence("CC0-1.0")
        with pytest.raises(DecisionStale, match="not what it was at decision"):
            waived.plan()
        waived.decide(*EDITS)
        [after] = waived.plan()
        assert after.batch_id != before.batch_id
        upload_batch(waived.settings, account, after.batch_id, live=True)
        assert len({edit["title"] for edit in sandbox.edits()}) == before.edits.num_rows
    assert entries.counts(before.batch_id)[EditState.PLANNED] == 0


@pytest.mark.parametrize(
    ("licence_id", "why"),
    [
        ("", "names no licence"),
        ("LicenseRef-not-stated", "states no licence"),
        ("Free for all", "no SPDX id"),
        ("MIT", "nobody has read here"),
        ("CC-BY-NC-4.0", "Not a free licence"),
        ("CC-BY-ND-4.0", "Not a free licence"),
        ("CC-BY-SA-4.0", "the licence has changed since"),
        ("LicenseRef-public-domain-statute", "names no statute"),
    ],
)
def test_nothing_goes_out_under_a_licence_that_does_not_let_it(
    waived: House, licence_id: str, why: str
) -> None:
    assert waived.plan()
    waived.licence(licence_id)
    with pytest.raises(GovernanceError, match=why):
        waived.plan()


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"covers_database_right": False}, "does not cover the database right"),
        ({"target": Target.COMMONS}, "cannot be carried out"),
        ({"kinds": "names"}, "it is about names only"),
        ({"until": TODAY}, "it ended on"),
        ({"kind": PermissionKind.NONE}, "gave no permission"),
    ],
)
def test_a_waiver_that_does_not_fit_lets_nothing_out_whatever_was_approved(
    waived: House, changed: dict[str, object], why: str
) -> None:
    [standing] = permissions_on_record(waived.settings)
    revoke_permission(standing.permission.hash[:8], "replaced", waived.settings)
    if "until" in changed:
        changed = {"valid_until": changed["until"]}
    waived.waive(**changed)
    with pytest.raises(GovernanceError, match=why):
        waived.plan()


def test_a_waiver_for_some_records_lets_only_those_out(waived: House) -> None:
    [whole] = waived.plan()
    some = whole.edits["record_id"].to_pylist()[:2]
    [standing] = permissions_on_record(waived.settings)
    revoke_permission(standing.permission.hash, "replaced", waived.settings)
    rows = waived.folder / "rows.txt"
    rows.write_text("\n".join(some))
    waived.waive(rows=rows)
    [part] = waived.plan()
    assert part.edits["record_id"].to_pylist() == some


def test_a_revoked_waiver_lets_nothing_out(waived: House) -> None:
    [standing] = permissions_on_record(waived.settings)
    revoke_permission(standing.permission.hash[:12], "the owner took it back", waived.settings)
    [kept] = permissions_on_record(waived.settings)
    assert "by steward: the owner took it back" in kept.closed
    with pytest.raises(GovernanceError, match="licence does not allow"):
        waived.plan()


@pytest.mark.parametrize("tampered", ["letter gone", "letter changed", "row gone", "row changed"])
def test_a_waiver_that_is_not_on_record_as_it_was_kept_lets_nothing_out(waived: House, tampered: str) -> None:
    [letter] = (waived.folder / "data" / "_permissions").iterdir()
    if tampered == "letter gone":
        letter.unlink()
    elif tampered == "letter changed":
        letter.write_text("No.")
    else:
        with closing(sqlite3.connect(waived.folder / "heritage.sqlite")) as database, database:
            for action in ("update", "delete"):
                database.execute(f"DROP TRIGGER permissions_no_{action}")
            database.execute(
                "DELETE FROM permissions"
                if tampered == "row gone"
                else "UPDATE permissions SET content = replace(content, '2026-01-07', '2026-01-08')"
            )
    with pytest.raises(GovernanceError, match=r"licence does not allow|was changed outside"):
        waived.plan()


def test_a_source_that_states_another_licence_stops_what_was_approved(waived: House) -> None:
    [capture] = (waived.folder / "data" / DATASET).glob("*/capture/capture.json")
    text = capture.read_text(encoding="utf-8")
    assert '"stated_licence": ""' in text
    capture.write_text(text.replace('"stated_licence": ""', '"stated_licence": "cc-nc"'), encoding="utf-8")
    with pytest.raises(GovernanceError, match=r"states CC-BY-NC-4\.0 now, the description CC-BY-4\.0"):
        waived.plan()


def test_a_question_on_a_licence_is_decided_by_two_thirds_and_opens_what_it_is_about(
    decided_installation: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = House.of(decided_installation, tmp_path / "house")
    house.licence("DL-DE-BY-2.0")
    with pytest.raises(GovernanceError, match="licence does not allow"):
        house.plan()
    asking = {"kinds": "", "rows": None, "reasons": "Facts.", "months": 24, "legal_note": "Read."}
    for wrong, why in (({"legal_note": " "}, "give a legal note"), ({"months": 25}, "24 months at most")):
        with pytest.raises(GovernanceError, match=why):
            ask_body(house.loaded, Target.WIKIDATA, house.settings, **(asking | wrong))
    question = ask_body(house.loaded, Target.WIKIDATA, house.settings, **asking)
    ballot = house.decide("de_libraries-licence")
    assert ballot == {f"de_libraries-licence-wikidata-{question.digest[:12]}": "approved"}
    assert house.answer() is LicenceAnswer.ALLOW
    assert house.answer(Target.EUROPEANA) is LicenceAnswer.BODY_DECISION
    with pytest.raises(DecisionStale):  # the edits were approved before the licence was
        house.plan()
    house.decide(*EDITS)
    [batch] = house.plan()
    [kept] = permissions_on_record(house.settings)
    assert kept.permission.kind is PermissionKind.BODY
    assert {ground.permission for ground in batch.grounds} == {kept.permission.hash}

    later = datetime.combine(question.valid_until, datetime.min.time(), UTC) + timedelta(hours=1)
    with monkeypatch.context() as patched:
        patched.setattr(SystemClock, "now", lambda _: later)
        with pytest.raises(GovernanceError, match="it ended on"):
            house.plan()
    revoke_permission(kept.permission.hash, "an appeal is heard", house.settings)
    with pytest.raises(GovernanceError, match="licence does not allow"):
        house.plan()


def test_a_question_that_has_no_two_thirds_opens_nothing(decided_installation: Path, tmp_path: Path) -> None:
    house = House.of(decided_installation, tmp_path / "house")
    house.licence("DL-DE-BY-2.0")
    asking = {"kinds": "", "rows": None, "reasons": "Facts.", "months": 12, "legal_note": "Read."}
    ask_body(house.loaded, Target.WIKIDATA, house.settings, **asking)
    written = rank_and_report(house.settings)
    assert "May everything be written to Wikidata under CC0?".lower() in written.html.read_text().lower()
    opened = open_round(house.settings, written.folder)
    [ranked] = opened.proposals
    for n, member in enumerate(opened.seats):  # three of five: a majority, and no two thirds
        answer = "for" if n < 3 else "against"
        cast_vote(house.settings, opened.round_id, member, ranked.proposal.proposal_id, answer, "")
    [decision] = close_round(house.settings, opened.round_id)
    assert decision.result == "refused"
    assert "asks for 2/3 of the votes" in decision.reasons
    assert house.answer() is LicenceAnswer.BODY_DECISION
