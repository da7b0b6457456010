"""Asks the licence gate about one version of a dataset, towards every target, and keeps what it answered."""

import logging
from dataclasses import asdict, dataclass, replace

from heritage.licence.gate import Facts, GateAnswer, answer
from heritage.licence.permission import Permission, Target
from heritage.licence.vocabulary import Licences
from heritage.model.edit import EditState
from heritage.ports.clock import Clock
from heritage.ports.decisions import Journal
from heritage.ports.files import SnapshotStore
from heritage.ports.permissions import GateResult, PermissionStore
from heritage.spec.dataset import DatasetSpec
from heritage.spec.loader import LoadedSource
from heritage.spec.source import SourceSpec

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class LicenceRules:
    """What the gate goes by: the table of licences, and the permissions that are in force."""

    licences: Licences
    permissions: tuple[Permission, ...] = ()


def facts_of(spec: SourceSpec, stated: str) -> Facts:
    """What a description and the source say of the rights."""
    licence = spec.licence
    image = spec.record.image if isinstance(spec, DatasetSpec) else None
    return Facts(
        dataset=spec.id,
        licence_id=licence.id,
        evidence=licence.evidence,
        maker=licence.maker or spec.publisher.name,
        maker_country=spec.maker_country,
        covers_database_right=licence.covers_database_right,
        third_party=licence.third_party,
        legal_basis=licence.legal_basis,
        personal=tuple(spec.personal) if isinstance(spec, DatasetSpec) else (),
        stated=stated,
        media=image.licence if image and isinstance(image.licence, str) else "",
        attribution=licence.attribution or "",
    )


def facts_now(spec: SourceSpec, store: SnapshotStore) -> Facts:
    """The same with what the source said at the newest pull, used or not: a licence holds from then on."""
    last = store.last_capture(spec.id)
    return facts_of(spec, last.licence if last else "")


def judge(
    loaded: LoadedSource,
    snapshot: str,
    *,
    rules: LicenceRules,
    store: SnapshotStore,
    records: PermissionStore,
    journal: Journal,
    clock: Clock,
) -> dict[Target, GateAnswer]:
    """The gate's answer for each target, kept with its evidence where it is another than the last one of this
    version. A licence that has changed is told, with the batches that wait and will not be sent."""
    facts, now = facts_now(loaded.spec, store), clock.now()
    answers = {
        target: answer(facts, target, rules.licences, rules.permissions, today=now.date())
        for target in Target
    }
    earlier = [result for _, result in records.results(loaded.spec.id)]
    for target, found in answers.items():
        towards = [result for result in earlier if result.target is target]
        result = _result(facts, snapshot, found, rules.licences)
        before = towards[-1] if towards else None
        if before and before.facts != result.facts:
            what = f"the licence was {_named(before)} and is {_named(result)}"
            stopped = _waiting(loaded.spec.id, journal) if target is Target.WIKIDATA else ()
            result = replace(result, reopened=what, stopped=stopped)
            log.warning(
                "%s: the question of its licence is open again towards %s, %s; %d batches stop.",
                *(loaded.spec.title, target.value, what, len(stopped)),
            )
        if before is None or not _alike(before, result):
            records.note(result, now)
    return answers


def _result(facts: Facts, snapshot: str, found: GateAnswer, licences: Licences) -> GateResult:
    terms = licences.find(facts.licence_id)
    covers = facts.covers_database_right
    if covers is None and terms:
        covers = terms.covers_database_right
    kept = asdict(facts)
    del kept["media"], kept["covers_database_right"], kept["attribution"]
    return GateResult(
        snapshot=snapshot,
        target=found.target,
        answer=found.answer,
        reason=found.reason,
        covers_database_right=covers,
        facts=found.facts,
        permission=found.permission.hash if found.permission else "",
        **kept,
    )


def _alike(before: GateResult, now: GateResult) -> bool:
    return replace(before, reopened="", stopped=()) == replace(now, reopened="", stopped=())


def _named(result: GateResult) -> str:
    return f"{result.licence_id} (the source says {result.stated!r})" if result.stated else result.licence_id


def _waiting(dataset: str, journal: Journal) -> tuple[str, ...]:
    """Batches with planned edits of a dataset that were not sent."""
    return tuple(
        batch.batch_id
        for batch in journal.batches()
        if any(
            entry.dataset == dataset and entry.state is EditState.PLANNED
            for entry in journal.pending(batch.batch_id)
        )
    )
