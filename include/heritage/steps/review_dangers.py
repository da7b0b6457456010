"""Questions to people about danger that too little is known of, and what comes back of people's reports."""

import re
from dataclasses import replace
from datetime import date, datetime
from urllib.parse import urlsplit

import pyarrow as pa

from heritage.disclosure.evidence_gate import told_evidence
from heritage.disclosure.rules import DisclosureRules
from heritage.model.arrow import pc
from heritage.model.digest import digest_json
from heritage.model.evidence import Evidence, Level, Status
from heritage.model.review import RIGHT, WRONG, DangerReport, ReviewKind, ReviewTask, Suggestion, Verdict
from heritage.model.tables import EVIDENCE, TASKS
from heritage.model.task import TaskKind
from heritage.ports.files import SnapshotStore
from heritage.ports.reviews import Kept, ReviewStore
from heritage.ports.vocabularies import Vocabularies
from heritage.review.suggestion_json import from_json, to_json
from heritage.risk.reading import read_value
from heritage.spec.campaign import Campaign
from heritage.steps.review_asked import task_id
from heritage.steps.review_matches import covered_records
from heritage.steps.risk_sites import RegisterRisk, table_of

SCHEME = "community_report"
_ASKED = (TaskKind.UNVERIFIED, TaskKind.CANDIDATE_LOST, TaskKind.CONFLICTING, TaskKind.RECHECK)
_PHOTO = re.compile(r"(?i)\.(jpe?g|png|tiff?|webp)$|/wiki/File:")
_PHOTO_AND_DATE, _NO_PHOTO = "photo and date", "no photo"


def danger_tasks(
    campaign: Campaign,
    register: RegisterRisk,
    *,
    store: SnapshotStore,
    rules: DisclosureRules,
    now: datetime,
) -> list[ReviewTask]:
    """A task for each piece of evidence of records of which a person has to find out more: it is not enough
    to go by, or contradicts another, or one source alone says that they are lost. Does it show that? What is
    asked about is what may be told of it."""
    dataset, snapshot, today = register.spec.id, register.snapshot, now.date()
    asked = _table(store, dataset, snapshot, "tasks", TASKS)
    kinds = pa.array([kind.value for kind in _ASKED], pa.string())
    open_ones = asked["record_id"].filter(pc.is_in(asked["kind"], value_set=kinds)).to_pylist()
    wanted = {str(one) for one in open_ones}
    wanted &= covered_records(campaign, register)
    evidence = _table(store, dataset, snapshot, "evidence", EVIDENCE)
    about = pa.array(sorted(wanted), pa.string())
    live = pc.and_(
        pc.and_(
            pc.equal(evidence["status"], Status.LIVE.value), pc.is_in(evidence["record_id"], value_set=about)
        ),
        pc.greater(evidence["valid_until"], pa.scalar(today, pa.date32())),
    )
    records = register.records.filter(pc.is_in(register.records["record_id"], value_set=about))
    ruling = register.summary.filter(pc.is_in(register.summary["record_id"], value_set=about))
    told = told_evidence(evidence.filter(live), records, ruling, rules.reporters, today)
    tasks = []
    for row in told.sort_by([("record_id", "ascending"), ("evidence_id", "ascending")]).to_pylist():
        if not row["level"]:
            continue
        report = DangerReport(
            condition=Level.of(row["level"]).value,
            causes=tuple(row["causes"] or ()),
            observed=row["observed"].isoformat(),
            evidence=f"{row['source']}: {row['meaning'] or row['raw_value']}",
            url=row["url"] or "",
        )
        said = to_json(Suggestion(danger=report, generator=str(row["scheme"])))
        content = digest_json([row["evidence_id"], row["observed"].isoformat()])[:32]
        asking = (campaign.id, ReviewKind.DANGER, dataset, row["record_id"], (RIGHT, WRONG), said, content)
        tasks.append(ReviewTask(task_id(*asking), *asking[:6], "", content, now))
    return tasks


def confirmed_reports(dataset: str, store: ReviewStore, vocabularies: Vocabularies) -> list[Evidence]:
    """The reports of people that reviewers confirmed, as evidence under the reporter's pseudonym.

    What a reporter wrote is not in it: only what was reported, when, and where to look. Reports of one root
    (a website, or one reporter) do not add up.
    """
    tasks = store.tasks(dataset=dataset, verdicts=[Verdict.ACCEPTED], gold=False)
    found = [one for task in tasks if (one := _evidence(task, vocabularies)) is not None]
    return sorted(found, key=lambda one: (one.record_id, one.evidence_id))


def reports_used(dataset: str, store: ReviewStore) -> list[str]:
    """The tasks behind those reports."""
    tasks = store.tasks(dataset=dataset, verdicts=[Verdict.ACCEPTED], gold=False)
    return [one.task.task_id for one in tasks if _is_report(one)]


def _is_report(one: Kept) -> bool:
    task = one.task
    return task.kind is ReviewKind.DANGER and bool(task.proposed_by) and one.outcome.choice == RIGHT


def _evidence(one: Kept, vocabularies: Vocabularies) -> Evidence | None:
    said = from_json(one.task.suggestion)
    if not _is_report(one) or said is None or said.danger is None:
        return None
    report, scheme = said.danger, vocabularies.scheme(SCHEME)
    read = read_value(
        scheme,
        report.condition,
        record_id=one.task.record_id,
        observed=date.fromisoformat(report.observed),
        url=report.url,
        root=_root(report.url, one.task.proposed_by),
        certainty=_PHOTO_AND_DATE if _PHOTO.search(report.url) else _NO_PHOTO,
        causes=report.causes,
        vocabulary=vocabularies.causes(),
    )
    if read is None or read.evidence is None:
        return None
    level = Level.of(read.evidence.level).words
    return replace(
        read.evidence,
        meaning=f"a community member reports that it is {level}, and reviewers confirm it",
        published=one.task.made_at.date(),
        assessor=one.task.proposed_by,
    )


def _root(url: str, reporter: str) -> str:
    """Whom reports come from: what one site prints does not add up, but Commons has many authors."""
    host = host_of(url).removeprefix("www.")
    return host if host and host != "commons.wikimedia.org" else reporter


def host_of(url: str) -> str:
    """Of an address; empty where it has none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:  # brackets without an address in them, or letters that no host has
        return ""


def _table(store: SnapshotStore, dataset: str, snapshot: str, name: str, schema: pa.Schema) -> pa.Table:
    try:
        return table_of(store, dataset, snapshot, name, schema.names, schema)
    except FileNotFoundError:
        return schema.empty_table()
