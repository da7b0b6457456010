"""What people are asked: of what may be told alone, the same once, and stale when it has changed."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path

import pyarrow as pa
import pytest

from heritage.adapters.database.engine import connect, upgrade
from heritage.adapters.database.reviews import SqlReviewStore
from heritage.errors import EntryRefused, GovernanceError
from heritage.model.arrow import with_columns
from heritage.model.review import (
    Annotation,
    AnnotationKind,
    CampaignState,
    DangerReport,
    ReviewKind,
    Suggestion,
    Verdict,
)
from heritage.model.tables import MATCHES, TERMS
from heritage.ports.reviews import StateSet
from heritage.review.suggestion_json import from_json, to_json
from heritage.spec.campaign import Campaign
from heritage.steps.review_answer import Reviews
from heritage.steps.review_dangers import confirmed_reports
from heritage.steps.review_health import due, look_after, reopen
from heritage.steps.review_make import Made, make_tasks
from heritage.steps.review_next import campaign_for, next_for
from heritage.steps.review_suggest import About, report_danger, suggest, takes_reports
from heritage.steps.review_terms import examples_of
from match_examples import DATASET, register
from recon_examples import items
from review_examples import NOON, campaign, reviews, say, task

_NUMBERS = count()
CONDITIONS = ["none_known", "watch", "vulnerable", "at_risk", "critical", "lost"]


class Index:
    """The index of the examples, as reconciliation had it."""

    def items(self, columns: Sequence[str] | None = None) -> pa.Table:
        whole = items()
        return whole.select(list(columns or whole.column_names))


class Office:
    """The register of the examples, everything of it in review, and a campaign about it."""

    def __init__(self, folder: Path, **said: object) -> None:
        self.made, self.register = register(folder)
        self.matches = self.made.store.read_table(DATASET, self.register.snapshot, "matches").to_pylist()
        url = f"sqlite:///{folder}/reviews.sqlite"
        upgrade(url)
        self.store = SqlReviewStore(connect(url))
        self.campaign = campaign(**({"datasets": (DATASET,)} | said))
        self.reviews = reviews(self.store, self.campaign)

    def doubt_all(self, *without: str) -> None:
        snapshot, doubted = self.register.snapshot, {"decision": "review", "qid": None}
        rows = [row | doubted for row in self.matches if row["record_id"] not in without]
        table = pa.Table.from_pylist(rows, schema=MATCHES)
        self.made.store.write_table(DATASET, snapshot, "matches", table, f"doubted-{next(_NUMBERS)}")

    def make(self, **gold: str) -> Made:
        rules = self.made.vocabularies.disclosure()
        given = {"files": self.made.store, "index": Index(), "rules": rules, "gold": gold}
        return make_tasks(self.campaign, self.register, self.reviews, **given)  # type: ignore[arg-type]


def of(bound: Reviews, one: Campaign, user: str = "Ada") -> list[str]:
    return sorted(kept.task.record_id for kept in next_for(user, one, 50, bound, frozenset()))


def test_of_what_is_protected_only_experts_are_asked_and_of_what_is_withheld_nobody(tmp_path):
    office = Office(tmp_path)
    office.doubt_all()
    made = office.make()
    tasks = {one.task.record_id: one.task for one in office.store.tasks(dataset=DATASET)}
    assert made.new == len(tasks)
    assert tasks.keys().isdisjoint({"a/6", "a/9"}), "S5"
    shown = of(office.reviews, office.campaign)
    assert {"a/4", "a/5", "a/7"}.isdisjoint(shown), "S1, S3, and where the place is not to be found (R12)"
    experts = {record for record, one in tasks.items() if one.experts_only}
    assert experts <= {"a/4", "a/5", "a/7"}
    assert experts
    assert experts <= set(of(office.reviews, office.campaign, "Eva"))
    assert all(one.choices[-1] == "none" and len(one.choices) > 1 for one in tasks.values())
    assert office.make() == Made("same", DATASET, 0, made.new, 0, 0)


def test_without_experts_nobody_is_asked_what_only_they_may_see(tmp_path):
    office = Office(tmp_path, experts=())
    office.doubt_all()
    office.make()
    assert not any(one.task.experts_only for one in office.store.tasks(dataset=DATASET))


def test_what_is_asked_no_more_goes_stale_and_comes_back_with_its_answers(tmp_path):
    office = Office(tmp_path)
    office.doubt_all()
    office.make()
    first = next(one.task for one in office.store.tasks(dataset=DATASET) if not one.task.experts_only)
    say(office.reviews, "Ada", first, "none")
    office.doubt_all(first.record_id)
    assert office.make().stale == 1
    assert office.store.task(first.task_id).outcome.verdict is Verdict.STALE
    office.doubt_all()
    assert office.make().stale == 0
    back = office.store.task(first.task_id).outcome
    assert (back.verdict, back.answers) == (Verdict.OPEN, 1)


def test_known_answers_make_tasks_that_test_people(tmp_path):
    office = Office(tmp_path)
    office.doubt_all()
    record = next(one for one in ("a/1", "a/2", "a/3"))
    made = office.make(**{record: "Q424242"})
    assert made.gold == 1
    [test] = office.store.tasks(gold=True)
    assert (test.task.record_id, test.task.gold) == (record, "none"), "the right item is not among them"


def test_what_an_expert_settled_tests_those_who_have_not_seen_it(tmp_path):
    office = Office(tmp_path, gold=0.5)
    office.doubt_all()
    office.make()
    first = next(one.task for one in office.store.tasks(dataset=DATASET) if not one.task.experts_only)
    for user, choice in {
        "A": first.choices[0],
        "B": "none",
        "C": "unknown",
        "D": "unknown",
        "E": "none",
    }.items():
        say(office.reviews, user, first, choice)
    assert say(office.reviews, "Eva", first, "none").kept
    assert office.make().gold == 1
    assert office.make() == Made("same", DATASET, 0, office.make().standing, 0, 1)
    [test] = office.store.tasks(gold=True)
    assert (test.task.record_id, test.task.gold) == (first.record_id, "none")
    assert first.record_id in of(office.reviews, office.campaign, "Zoe")
    assert first.record_id not in of(office.reviews, office.campaign, "A")


def test_terms_are_asked_with_items_that_are_called_so_and_records_that_carry_them(tmp_path):
    office = Office(tmp_path, kind="term")
    snapshot = office.register.snapshot
    term = "Churches"
    records = office.register.records
    types = pa.array([term] * records.num_rows, pa.string())
    office.register = replace(office.register, records=with_columns(records, {"type": types}))
    rows = [
        {"key": "classes", "column": "Kind", "term": term, "item": None, "records": 5},
        {"key": "classes", "column": "Kind", "term": "Xyzzy", "item": None, "records": 3},
    ]
    table = pa.Table.from_pylist(rows, schema=TERMS)
    office.made.store.write_table(DATASET, snapshot, "terms", table, "terms")
    office.make()
    [one] = office.store.tasks(dataset=DATASET)
    said = from_json(one.task.suggestion)
    assert said is not None
    assert (one.task.record_id, said.term, said.column) == ("", term, "Kind")
    assert "Q16970" in one.task.choices
    names = examples_of(office.register, said, 20)
    assert "Oystermouth Rotunda" in names
    assert "Hidden Abbey" not in names


def test_what_somebody_knows_is_asked_of_others(tmp_path):
    office = Office(tmp_path, kind="knowledge")
    assert office.make().new > 0
    about = About(DATASET, "a/1", "mark")
    tag = Suggestion(annotation=Annotation(AnnotationKind.TAG, text=" a \u202e old\tmill "), confidence=0.9)
    made = suggest("Ada", office.campaign, about, tag, office.reviews)
    said = from_json(made.suggestion)
    assert said is not None
    assert said.annotation is not None
    assert "\u202e" not in said.annotation.text
    assert said.confidence is None, "nobody's own confidence counts"
    assert made.proposed_by == office.store.reviewer("Ada").pseudonym
    assert suggest("Bo", office.campaign, about, tag, office.reviews).proposed_by == made.proposed_by
    assert "your own" in say(office.reviews, "Ada", made, "right").reason
    for user in ("Bo", "Chi", "Dan"):
        assert say(office.reviews, user, made, "right").kept
    assert office.store.task(made.task_id).outcome.choice == "right"
    [asked, *_] = [one for one in office.store.tasks() if one.task.kind is ReviewKind.KNOWLEDGE]
    for user in ("Bo", "Chi", "Dan"):
        say(office.reviews, user, asked.task, "unknown")
    assert office.store.task(asked.task.task_id).outcome.verdict is Verdict.ACCEPTED, "enough were asked"


@pytest.mark.parametrize(
    "annotation",
    [
        Annotation(AnnotationKind.TAG),
        Annotation(AnnotationKind.TAG, text="x" * 65),
        Annotation(AnnotationKind.TAG, text="x", item="Q1"),
        Annotation(AnnotationKind.TERM, item="P31"),
        Annotation(AnnotationKind.TERM, text="stone"),
        Annotation(AnnotationKind.TRANSLATION, text="Namn", lang="Swedish!"),
        Annotation(AnnotationKind.PLACE, lat=91.0, lon=0.0),
        Annotation(AnnotationKind.PLACE, lat=1.0),
    ],
)
def test_knowledge_that_cannot_be_so_is_refused(tmp_path, annotation):
    office = Office(tmp_path, kind="knowledge")
    with pytest.raises(EntryRefused):
        suggest("Ada", office.campaign, About(DATASET, "a/1", "m"), Suggestion(annotation), office.reviews)
    assert office.store.tasks() == []


def test_a_report_is_evidence_once_others_confirm_it_and_not_before(tmp_path):
    office = Office(tmp_path, kind="danger", staff={DATASET: ("Sam",)})
    assert takes_reports([office.campaign], "Ada", office.reviews) == [office.campaign]
    about = About(DATASET, "a/2", "mark")
    report = DangerReport("critical", ("natural",), "2026-11-01", "Roof open", "https://x.example/a.jpg")
    how = {"conditions": CONDITIONS, "causes": {"natural"}}
    with pytest.raises(GovernanceError, match="work for this register"):
        report_danger("Sam", office.campaign, about, report, office.reviews, **how)
    made = report_danger("Ada", office.campaign, about, report, office.reviews, **how)
    vocabularies = office.made.vocabularies
    assert confirmed_reports(DATASET, office.store, vocabularies) == []
    for user in ("Bo", "Chi", "Dan"):
        say(office.reviews, user, made, "right")
    [found] = confirmed_reports(DATASET, office.store, vocabularies)
    assert (found.record_id, found.scheme, found.level, found.cap) == ("a/2", "community_report", 4, 2)
    assert (found.reliability, found.credibility) == ("C", 2), "with a photograph and a date"
    assert found.assessor == office.store.reviewer("Ada").pseudonym
    assert found.independence_group == "x.example"
    assert "Roof" not in repr(found)
    reopen(made.task_id, "Eva", "the photograph is of another house", office.reviews)
    assert confirmed_reports(DATASET, office.store, vocabularies) == []


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "https://[",
        "https://\u2100.org",
        "https://x.example/\u202egpj.exe",
        "https://?",
    ],
)
def test_reports_that_cannot_be_are_refused_with_every_fault(tmp_path, url):
    office = Office(tmp_path, kind="danger")
    report = DangerReport("bad", ("dragons",), "2027-01-01", " ", url)
    with pytest.raises(EntryRefused) as refused:
        report_danger(
            "Ada",
            office.campaign,
            About(DATASET, "a/2", "m"),
            report,
            office.reviews,
            conditions=CONDITIONS,
            causes={"natural"},
        )
    assert [field for field, _ in refused.value.faults] == [
        "condition",
        "causes",
        "observed",
        "evidence",
        "url",
    ]


def test_a_report_with_an_address_of_no_host_stops_no_flagging(tmp_path):
    office = Office(tmp_path, kind="danger")
    reporter = office.store.join("Ada", "R-ada", NOON).pseudonym
    said = to_json(Suggestion(danger=DangerReport("at_risk", (), "2026-11-01", "Roof open", "https://[")))
    kept = {"kind": ReviewKind.DANGER, "dataset": DATASET, "choices": ("right", "wrong")}
    office.store.add([task(1, suggestion=said, proposed_by=reporter, **kept)])
    for user in ("Bo", "Chi", "Dan"):
        assert say(office.reviews, user, task(1), "right").kept
    [found] = confirmed_reports(DATASET, office.store, office.made.vocabularies)
    assert found.independence_group == reporter.lower()


def test_a_campaign_whose_reviewers_disagree_is_paused_until_a_coordinator_resumes_it(tmp_path):
    office = Office(tmp_path)
    office.store.add([task(n, dataset=DATASET) for n in range(25)])
    for number in range(25):
        for user, choice in {"Ada": ("Q1", "Q2")[number % 2], "Bo": ("Q2", "none", "Q1")[number % 3]}.items():
            say(office.reviews, user, task(number), choice)
    assert due("same", office.reviews)
    found = look_after(office.campaign, office.reviews)
    assert found.paused
    assert found.alpha < 0.667
    shown = campaign_for("Ada", office.campaign, office.reviews, at_war=False)
    assert shown.state is CampaignState.PAUSED
    assert "guidelines" in shown.why_paused
    assert "paused" in shown.why_not
    assert not due("same", office.reviews)
    office.store.set_state("same", StateSet(CampaignState.OPEN, "guidelines are clear now", "R-cor", NOON))
    assert not look_after(office.campaign, office.reviews).paused, "only answers from then on count"


def test_who_always_says_the_same_counts_for_nothing_and_the_coordinator_is_told(tmp_path):
    office = Office(tmp_path)
    office.store.add([task(n, dataset=DATASET) for n in range(25)])
    for number in range(25):
        right = ("Q2", "none")[number % 2]
        for user in ("Bo", "Chi"):
            say(office.reviews, user, task(number), right)
        say(office.reviews, "Spam", task(number), "Q1", seconds=0.2)
    spam = office.store.reviewer("Spam").pseudonym
    look_after(office.campaign, office.reviews)
    assert office.store.trust([spam])[spam].pattern
    assert all(one.outcome.answers == 2 for one in office.store.tasks(campaign="same"))
    cor = campaign_for("Cor", office.campaign, office.reviews, at_war=False)
    assert len(cor.patterns) == 1
    assert spam in cor.patterns[0]
    assert campaign_for("Ada", office.campaign, office.reviews, at_war=False).patterns == ()


def test_leaders_are_those_who_agree_and_want_to_be_seen_and_nobody_in_a_war(tmp_path):
    office = Office(tmp_path)
    office.store.add([task(n, dataset=DATASET) for n in range(6)])
    for number in range(6):
        for user in ("Ada", "Bo", "Chi"):
            say(office.reviews, user, task(number), "Q1")
    office.store.rank(office.store.reviewer("Bo").pseudonym, ranked=True)
    look_after(office.campaign, office.reviews)
    shown = campaign_for("Ada", office.campaign, office.reviews, at_war=False)
    assert [(one.pseudonym, one.agreement, one.judged) for one in shown.leaders] == [
        (office.store.reviewer("Bo").pseudonym, 1.0, 6)
    ]
    assert campaign_for("Ada", office.campaign, office.reviews, at_war=True).leaders is None


def test_only_experts_reopen_what_is_settled_and_say_why(tmp_path):
    office = Office(tmp_path)
    office.store.add([task(1, dataset=DATASET)])
    for user in ("Ada", "Bo", "Chi"):
        say(office.reviews, user, task(1), "Q1")
    office.store.use([task(1).task_id], "reconcile", NOON)
    for user, reason, told in [("Ada", "so", "Only an expert"), ("Eva", " ", "Say why")]:
        with pytest.raises(GovernanceError, match=told):
            reopen(task(1).task_id, user, reason, office.reviews)
    reopen(task(1).task_id, "Eva", "it is another house", office.reviews)
    again = office.store.task(task(1).task_id)
    assert (again.outcome.verdict, again.used) == (Verdict.EXPERT, False)
    assert say(office.reviews, "Eva", task(1), "Q2").kept
    assert office.store.task(task(1).task_id).outcome.choice == "Q2"
