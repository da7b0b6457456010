"""Planning, sending and verifying batches, bound to the stores, the account and the pace of the settings."""

import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict
from typing import Any

from heritage.adapters.clock import SystemClock
from heritage.adapters.vocabularies import YamlVocabularies
from heritage.errors import DecisionMissing, GovernanceError, HeritageError, OrderRefused, SpecError
from heritage.model.upload import Action
from heritage.ports.files import SnapshotStore
from heritage.spec.constraints import load_constraints
from heritage.spec.dataset import DatasetSpec
from heritage.spec.loader import LoadedSpec, load_specs
from heritage.spec.tier import Tier, standing
from heritage.steps import plan_upload
from heritage.steps.govern_standing import Approved, approved, fate
from heritage.steps.judge_licence import LicenceRules
from heritage.steps.plan_upload import UploadBatch, refuse_more_than_told, still_free
from heritage.steps.upload import contents_of, dry_run, upload
from heritage.steps.verify import verify
from heritage.wiring.batch_orders import MACHINE, batch_standing, kept_in_order, order_batch
from heritage.wiring.held import barred_by_decisions, held_by_orders, patiently
from heritage.wiring.licences import judge_licence, licence_openings, licence_rules
from heritage.wiring.pipeline import load_dataset
from heritage.wiring.settings import Settings
from heritage.wiring.stores import decision_store, journal, snapshot_store
from heritage.wiring.wiki import limits_of, open_live, open_wiki, pace_of, refuse_unfit
from heritage.wiring.wiki_account import WikiAccount
from heritage.wiring.wiki_moods import noted

_log = logging.getLogger(__name__)


def plan_batches(settings: Settings, account: WikiAccount) -> list[UploadBatch]:
    """See `approved_batches`, for this account's wiki; batches whose decision has ended are removed first."""
    remove_ended(settings, account.target)
    return approved_batches(settings, account.target)


def remove_ended(settings: Settings, target: str) -> list[str]:
    """Cancels, in the machine's name, the batches of a target whose decision is void or has lapsed; gives
    their ids. What is on the wiki stays: taking it back is offered, and for a person to order."""
    ended = fate(decision_store(settings), SystemClock().now())
    removed = []
    for batch in journal(settings).batches():
        why = ended.why_ended(batch.decision_numbers)
        if why is None or batch.target != target:
            continue
        stands = batch_standing(settings, batch.batch_id)
        if stands.waiting and Action.CANCEL in stands.allowed:
            with suppress(OrderRefused):  # somebody has cancelled it meanwhile
                order_batch(settings, MACHINE, batch.batch_id, Action.CANCEL, why)
                removed.append(batch.batch_id)
    return removed


def approved_batches(settings: Settings, target: str) -> list[UploadBatch]:
    """Every batch that is approved and not settled on a target.

    A dataset whose decision is stale or whose gate has closed is told and left out; the others go on.
    When nothing else is left, its error is raised.
    """
    rulings, rules = approved(decision_store(settings), SystemClock().now()), licence_rules(settings)
    batches: list[UploadBatch] = []
    refused: list[HeritageError] = []
    undecided = 0
    for loaded in load_specs(settings.datasets)[0]:
        if not loaded.spec.proposes:
            continue
        try:
            batches += plan_dataset(loaded, settings, target, rulings, rules)
        except DecisionMissing:
            undecided += 1
        except HeritageError as error:
            _log.error("%s", error)
            refused.append(error)
            judge_licence(loaded, settings, rules)  # what stopped because of a licence is written down
    if undecided:
        _log.info("Of %d registers nothing is approved: put them to the governance body first.", undecided)
    if refused and not batches:
        raise refused[0]
    return batches


def plan_dataset(
    loaded: LoadedSpec,
    settings: Settings,
    target: str,
    rulings: Sequence[Approved],
    rules: LicenceRules,
) -> list[UploadBatch]:
    """What of one dataset is approved and not settled on a target, behind every gate; see `plan_upload.plan`
    for what is raised."""
    own = plan_upload.approved_of(loaded.spec.id, rulings)  # before anything is opened: most have nothing
    store = snapshot_store(settings)
    planned = plan_upload.plan(
        loaded,
        own,
        target=target,
        licence=licence_openings(loaded, settings, rules),
        store=store,
        journal=journal(settings),
        basis=_basis(settings),
    )
    if planned:
        refuse_below_gold(loaded.spec, settings, store)
    return planned


def upload_batch(
    settings: Settings,
    account: WikiAccount,
    batch_id: str,
    *,
    live: bool = True,
    limit: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> dict[str, Any]:
    """Sends one planned batch as far as people's orders let it, and says where it stands. Without `live` it
    says what would be sent, and has nothing to write with."""
    batch = next((b for b in plan_batches(settings, account) if b.batch_id == batch_id), None)
    if batch is None:
        raise _why_not(settings, account, batch_id)

    def permitted() -> None:
        still_free(batch, licence_openings(load_dataset(batch.dataset, settings), settings))
        refuse_more_than_told(batch.dataset, batch.edits, snapshot_store(settings), _basis(settings))

    limits = limits_of(account, settings)
    constraints = load_constraints(settings.vocabularies)
    if not live:
        permitted()
        reader, seen = open_live(account, settings), journal(settings)
        refuse_unfit(account, settings, reader, contents_of(batch), writes=False)
        foreseen = dry_run(
            batch,
            journal=seen,
            reader=reader,
            clock=SystemClock(),
            limits=limits,
            constraints=constraints,
            progress=progress,
        )
        return asdict(foreseen) | {"stands": batch_standing(settings, batch_id).sentence}
    permitted()
    held = held_by_orders(settings)
    with noted(settings, account.target), kept_in_order(settings, batch_id):
        writer = open_wiki(account, settings)
        refuse_unfit(account, settings, writer, contents_of(batch), writes=True)
        result = upload(
            batch,
            journal=journal(settings, keep_open=True),
            writer=writer,
            pace=pace_of(account, settings),
            clock=SystemClock(),
            wait=patiently(lambda: held(batch_id)),
            limits=limits,
            permitted=permitted,
            constraints=constraints,
            held=held,
            limit=limit,
            progress=progress,
        )
    return asdict(result) | {"stands": batch_standing(settings, batch_id).sentence}


def _why_not(settings: Settings, account: WikiAccount, batch_id: str) -> HeritageError:
    """What keeps a batch from being sent now; a decision that is stale, or a gate that has closed, says so
    itself."""
    barred = barred_by_decisions(settings)(batch_id)
    if barred:
        return GovernanceError(barred)
    known = journal(settings).entries(batch_id)
    if known:
        loaded = load_dataset(known[0].dataset, settings)
        rulings = approved(decision_store(settings), SystemClock().now())
        try:
            plan_dataset(loaded, settings, account.target, rulings, licence_rules(settings))
        except HeritageError as error:
            return error
    return DecisionMissing(f"Batch {batch_id} is settled or unknown: nothing of it is left to send.")


def verify_batch(settings: Settings, account: WikiAccount, batch_id: str) -> dict[str, Any]:
    """Reads a batch back from the wiki and counts what became of it."""
    found = verify(batch_id, journal=journal(settings), reader=open_live(account, settings))
    for finding in found.findings:
        _log.warning(
            "Record %s on %s: %s. %s", finding.record_id, finding.qid, finding.fate, "; ".join(finding.lacks)
        )
    return {key: value for key, value in asdict(found).items() if key != "findings"}


def refuse_below_gold(spec: DatasetSpec, settings: Settings, store: SnapshotStore) -> None:
    """Raises SpecError: what is not confirmed must never be told on a wiki that others read."""
    stands = standing(spec, good_snapshot=store.last_good(spec.id) is not None)
    if stands.tier is not Tier.GOLD and not settings.sample:
        raise SpecError(f"{spec.id} is {stands.tier} and only gold is uploaded: {'; '.join(stands.missing)}")


def _basis(settings: Settings) -> str:
    """The rules of disclosure in force."""
    return YamlVocabularies(settings.vocabularies).disclosure().digest
