"""What the pages on reviews ask and do, over an installation whose registers were run."""

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from heritage.cli.app import app
from heritage.errors import GovernanceError
from heritage.model.review import (
    Annotation,
    AnnotationKind,
    CampaignState,
    DangerReport,
    ReviewKind,
    Suggestion,
    Verdict,
)
from heritage.ports.review_pages import Given, ReviewPages, TaskShown
from heritage.review.suggestion_json import to_json
from heritage.wiring import review_pages
from heritage.wiring.pipeline import Run, load_dataset, run_step
from heritage.wiring.review_terms import write_terms
from heritage.wiring.reviews import decided_anew, make_review_tasks, write_labels
from heritage.wiring.settings import Settings
from heritage.wiring.stores import review_store, snapshot_store
from installation import settings_in
from register_examples import description
from review_examples import reviews, say, task

DATASET = "de_libraries"
TEXT = {"en": "Is this the same place?"}
CAMPAIGN = {
    "title": TEXT,
    "purpose": TEXT,
    "guidelines": TEXT,
    "datasets": [DATASET],
    "opens": "2020-01-01",
    "closes": "2090-01-01",
    "goal": 20,
    "experts": ["Eva"],
    "coordinators": ["Cor"],
}


@pytest.fixture
def settings(decided_installation: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    folder = tmp_path / "house"
    shutil.copytree(decided_installation, folder)
    campaigns = folder / "campaigns"
    campaigns.mkdir()
    for kind in ("match", "knowledge", "danger"):
        description = CAMPAIGN | {"id": f"try_{kind}", "kind": kind, "featured": kind == "match"}
        (campaigns / f"try_{kind}.yaml").write_text(json.dumps(description), encoding="utf-8")
    for name, value in settings_in(folder, campaigns=str(campaigns)).items():
        monkeypatch.setenv(name, value)
    bound = Settings()
    make_review_tasks(bound)
    return bound


def key(one: TaskShown) -> str:
    return f"k-{one.task.task_id}"


def test_a_task_goes_from_one_person_to_the_next_until_it_changes_what_is_proposed(
    settings: Settings,
) -> None:
    pages: ReviewPages = review_pages.ReviewPages(settings)
    featured, *others = pages.campaigns("Ada")
    assert featured.campaign.id == "try_match"
    assert [one.campaign.id for one in others] == ["try_danger", "try_knowledge"]
    waiting = featured.waiting
    batch = pages.next("Ada", "try_match", 5)
    assert len({one.task.task_id for one in batch}) == 5
    for one in batch:
        assert one.record is not None
        assert [offered.choice for offered in one.offered] == list(one.task.choices)
        assert (one.task.gold, one.yours, one.outcome, one.comments) == ("", "", None, ())
    first = batch[0]
    item = first.task.choices[0]
    for user in ("Ada", "Bo", "Chi"):
        hostile = "<script>\u202ealert(1)"
        taken = pages.answer(user, Given(first.task.task_id, item, key(first), comment=hostile, seconds=3.0))
        assert (taken.kept, taken.known) == (True, False)
    seen = pages.task("Ada", first.task.task_id)
    assert seen.yours == item
    assert seen.outcome is not None
    assert seen.outcome.verdict is Verdict.ACCEPTED
    assert len(seen.comments) == 3
    assert "\u202e" not in "".join(seen.comments)
    assert pages.task("Dan", first.task.task_id).outcome is None, "before they said something themselves"
    assert pages.campaign("Ada", "try_match").waiting == waiting - 1

    write_labels(settings, DATASET, Path(settings.data_url) / "early.csv")
    loaded, store = load_dataset(DATASET, settings), snapshot_store(settings)
    snapshot = store.last_good(DATASET)
    assert decided_anew(settings) == [{"dataset": DATASET, "snapshot": snapshot}]
    run_step("reconcile", Run(loaded, settings), snapshot)
    assert decided_anew(settings) == []
    matches = store.read_table(DATASET, str(snapshot), "matches").to_pylist()
    [found] = [row for row in matches if row["record_id"] == first.task.record_id]
    assert (found["decision"], found["qid"]) == ("match", item)
    assert found["reason"] == f"3 of 3 reviewers say that it is {item}."

    done = CliRunner().invoke(
        app, ["reviews", "labels", DATASET, "--out", str(Path(settings.data_url) / "truth.csv")]
    )
    assert done.exit_code == 0, done.output
    assert (Path(settings.data_url) / "truth.csv").read_text() == f"id,qid\n{first.task.record_id},{item}\n"


def test_a_person_sees_all_that_is_kept_of_them_and_can_be_forgotten(settings: Settings) -> None:
    pages: ReviewPages = review_pages.ReviewPages(settings)
    assert pages.credit("Ada") is None
    assert pages.my_data("Ada") == {}
    [one] = pages.next("Ada", "try_match")
    pages.answer("Ada", Given(one.task.task_id, "none", key(one), comment="I live there"))
    pages.rank_me("Ada", True)
    credit = pages.credit("Ada")
    assert credit is not None
    assert (credit.answers, credit.ranked, credit.by_campaign) == (1, True, {"try_match": 1})
    mine = json.dumps(pages.my_data("Ada"))
    assert "I live there" in mine
    assert credit.pseudonym in mine
    assert "Ada" not in credit.pseudonym
    pages.forget_me("Ada")
    assert pages.credit("Ada") is None
    store = review_store(settings)
    kept = [(answer.choice, answer.comment) for answer in store.answers_of(credit.pseudonym)]
    assert kept == [("none", ""), ("", "")]
    for _ in range(3):
        pages.answer("Ada", Given(one.task.task_id, "none", key(one)))
        pages.forget_me("Ada")
    assert store.task(one.task.task_id).outcome.answers == 0, "nobody is heard three times"  # type: ignore[union-attr]
    for user in ("Bo", "Chi", "Dan"):
        pages.answer(user, Given(one.task.task_id, "none", key(one)))
    settled = store.task(one.task.task_id)
    pages.forget_me("Bo")
    assert store.task(one.task.task_id) == settled, "what was settled stays so"


def test_a_campaign_or_a_register_that_there_is_not_is_told(settings: Settings) -> None:
    for wrong in (
        ["tasks", "--campaign", "no"],
        ["tasks", "--dataset", "no"],
        ["health", "--campaign", "no"],
    ):
        done = CliRunner().invoke(app, ["reviews", *wrong])
        assert done.exit_code == 1
        assert "there is no" in done.output


def test_coordinators_steer_and_nobody_else(settings: Settings) -> None:
    pages: ReviewPages = review_pages.ReviewPages(settings)
    with pytest.raises(GovernanceError, match="Only a coordinator"):
        pages.steer("Ada", "try_match", CampaignState.PAUSED, "no")
    with pytest.raises(GovernanceError, match="Say why"):
        pages.steer("Cor", "try_match", CampaignState.PAUSED, " ")
    pages.steer("Cor", "try_match", CampaignState.PAUSED, "the guidelines are unclear")
    shown = pages.campaign("Ada", "try_match")
    assert (shown.state, shown.why_paused, shown.may_answer) == (
        CampaignState.PAUSED,
        "the guidelines are unclear",
        False,
    )
    assert pages.next("Ada", "try_match") == []
    pages.steer("Cor", "try_match", CampaignState.OPEN, "they are clear")
    assert pages.next("Ada", "try_match")
    with pytest.raises(KeyError):
        pages.campaign("Ada", "no_such_campaign")
    ended = CAMPAIGN | {"id": "try_match", "kind": "match", "closes": "2020-02-01"}
    (Path(settings.campaigns_folder) / "try_match.yaml").write_text(json.dumps(ended), encoding="utf-8")
    with pytest.raises(GovernanceError, match="This campaign is closed"):
        pages.steer("Cor", "try_match", CampaignState.OPEN, "one more week")


def test_what_people_know_and_report_comes_back_as_tasks_and_as_evidence(settings: Settings) -> None:
    pages: ReviewPages = review_pages.ReviewPages(settings)
    [asked] = pages.next("Ada", "try_knowledge")
    record = (asked.task.dataset, asked.task.record_id)
    tag = Suggestion(annotation=Annotation(AnnotationKind.TAG, text="old mill"))
    task_id = pages.suggest("Ada", "try_knowledge", record, tag)
    assert pages.task("Bo", task_id).suggestion == tag
    with pytest.raises(KeyError):
        pages.suggest("Ada", "try_knowledge", (DATASET, "no such record"), tag)

    report = DangerReport("vulnerable", (next(iter(pages.causes())),), "2026-01-05", "damp", "")
    number = pages.report_danger("Ada", record, report)
    for user in ("Bo", "Chi", "Dan"):
        assert pages.answer(user, Given(number, "right", f"k-{user}")).kept
    loaded, snapshot = load_dataset(DATASET, settings), snapshot_store(settings).last_good(DATASET)
    run_step("flag", Run(loaded, settings), snapshot)
    evidence = snapshot_store(settings).read_table(DATASET, str(snapshot), "evidence").to_pylist()
    [found] = [row for row in evidence if row["scheme"] == "community_report"]
    assert (found["record_id"], found["cap"], found["credibility"]) == (record[1], 2, 3)
    assert found["assessor"].startswith("R-")


def test_terms_that_people_mapped_fill_the_tables_beside_the_description(
    settings: Settings, tmp_path: Path
) -> None:
    folder = tmp_path / "datasets" / "se" / "se_demo"
    made = description(item={"classes": "types.csv"})
    folder.mkdir(parents=True)
    (folder / "types.csv").write_text(
        "term,item,mapped_by\nKyrka,Q16970,somebody\nSlott,,\n", encoding="utf-8"
    )
    (folder / "se_demo.yaml").write_text(json.dumps(made), encoding="utf-8")
    bound = settings.model_copy(update={"datasets": tmp_path / "datasets"})
    store = review_store(bound)
    for number, (term, item) in enumerate({"Kyrka": "Q1", "Slott": "Q23413", "Bro": "Q12280"}.items()):
        said = to_json(Suggestion(term=term, column="Typ", generator="item.classes"))
        asked = task(
            number,
            kind=ReviewKind.TERM,
            dataset="se_demo",
            record_id="",
            choices=(item, "none"),
            suggestion=said,
        )
        store.add([asked])
        for user in ("Ada", "Bo", "Chi"):
            say(reviews(store), user, asked, item)
    assert write_terms(bound, "se_demo") == {folder / "types.csv": 2}
    assert (folder / "types.csv").read_text(encoding="utf-8").splitlines() == [
        "term,item,mapped_by",
        "Kyrka,Q16970,somebody",
        "Slott,Q23413,campaign same",
        "Bro,Q12280,campaign same",
    ]
    assert write_terms(bound, "se_demo") == {folder / "types.csv": 0}
