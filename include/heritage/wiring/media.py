"""Images for Commons, bound to the stores, the account and the pace of the settings."""

import logging
import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from heritage.adapters.clock import SystemClock
from heritage.adapters.commons.pictures import HttpPictures
from heritage.adapters.commons.reader import CommonsReader
from heritage.adapters.commons.wiki import PywikibotCommons
from heritage.adapters.vocabularies import YamlVocabularies
from heritage.errors import DecisionMissing, GovernanceError, SpecError
from heritage.licence.leaving import Leaves
from heritage.licence.permission import Target
from heritage.model.upload import Action, Order
from heritage.spec.loader import LoadedSpec, load_specs
from heritage.spec.target import load_target
from heritage.steps.media import MediaBatch, plan_media
from heritage.steps.media_courier import MediaLimits
from heritage.steps.media_decided import images_decided, under_appeal
from heritage.steps.media_orders import order_media, why_held
from heritage.steps.media_upload import rehearse_media, upload_media
from heritage.wiring.leaving import leaves_towards
from heritage.wiring.licences import licence_rules
from heritage.wiring.pipeline import load_dataset
from heritage.wiring.publishers import http_settings
from heritage.wiring.settings import Settings
from heritage.wiring.stores import (
    decision_store,
    journal,
    media_journal,
    order_book,
    snapshot_store,
)
from heritage.wiring.uploads import refuse_below_gold
from heritage.wiring.wiki import pace_of, target_of, wiki_access
from heritage.wiring.wiki_account import WikiAccount
from heritage.wiring.wiki_moods import noted

_log = logging.getLogger(__name__)
_ASKED_AGAIN = timedelta(seconds=60)
"""For so long the answer of the gates about a batch is relied on."""


def datasets_with_images(settings: Settings) -> list[str]:
    """Ids of the datasets whose descriptions say how images go to Commons."""
    return [one.spec.id for one in load_specs(settings.datasets)[0] if one.spec.media]


def plan_images(settings: Settings, dataset: str, *, wiki: str, target: str) -> MediaBatch:
    """The images of a dataset that may go to the wiki `target` today; `wiki` is the target whose journal
    knows the items. Raises SpecError when there is no good snapshot, or the description says nothing of
    images, and DecisionStale when the rules of disclosure have changed since it was flagged."""
    loaded, store = load_dataset(dataset, settings), snapshot_store(settings)
    snapshot = store.last_good(dataset)
    if snapshot is None:
        raise SpecError(f"{dataset} has no good snapshot: run it first (heritage run {dataset})")
    return plan_media(
        loaded,
        snapshot,
        store=store,
        journal=journal(settings),
        leaves=_leaves(settings),
        basis=YamlVocabularies(settings.vocabularies).disclosure().digest,
        wiki=wiki,
        target=target,
        items_of=load_target(settings.vocabularies / "targets", target).items_of,
        decided=images_decided(dataset, decisions=decision_store(settings), clock=SystemClock()),
    )


def rehearse_images(
    settings: Settings,
    account: WikiAccount,
    dataset: str,
    *,
    wiki: str,
    progress: Callable[[int, int], None] | None = None,
) -> dict[str, Any]:
    """What an upload would do now; the wiki is asked without logging in, and nothing is written."""
    batch = plan_images(settings, dataset, wiki=wiki, target=account.target)
    access = wiki_access(account, settings, log_in=False)
    pictures = _pictures(load_dataset(dataset, settings), settings)
    return asdict(rehearse_media(batch, wiki=CommonsReader(access), pictures=pictures, progress=progress))


def upload_images(
    settings: Settings,
    account: WikiAccount,
    dataset: str,
    *,
    wiki: str,
    progress: Callable[[int, int], None] | None = None,
) -> dict[str, Any]:
    """Sends the images of a dataset and says where they stand: a pilot until a person has looked at it and
    released the batch; what people ordered to stop waits. Raises DecisionMissing when the body has approved
    nothing of the dataset, or refused its images."""
    loaded, clock = load_dataset(dataset, settings), SystemClock()
    _refuse_undecided(dataset, settings)
    refuse_below_gold(loaded.spec, settings, snapshot_store(settings))
    batch = plan_images(settings, dataset, wiki=wiki, target=account.target)
    book, files, asked = order_book(settings), media_journal(settings), clock.now()

    def held(batch_id: str) -> str | None:
        return why_held(batch_id, orders=book, journal=files, pilot=settings.pilot_edits)

    def permitted() -> None:
        nonlocal asked
        if clock.now() - asked >= _ASKED_AGAIN:
            _refuse_undecided(dataset, settings)
            _refuse_changed(batch, plan_images(settings, dataset, wiki=wiki, target=account.target))
            asked = clock.now()

    with noted(settings, account.target):
        result = upload_media(
            batch,
            journal=files,
            wiki=PywikibotCommons(wiki_access(account, settings)),
            pictures=_pictures(loaded, settings),
            clock=clock,
            wait=time.sleep,
            pace=pace_of(account, settings),
            limits=MediaLimits(edit_groups=target_of(account, settings).edit_groups),
            permitted=permitted,
            held=held,
            progress=progress,
        )
    return asdict(result)


def order_images(settings: Settings, user: str, batch_id: str, action: Action, reason: str) -> None:
    """Gives an order about a batch of images in the name of `user`. Raises OrderRefused where it does not
    fit."""
    order = Order(batch_id, action, reason, user, SystemClock().now())
    files, pilot = media_journal(settings), settings.pilot_edits
    order_media(order, orders=order_book(settings), journal=files, pilot=pilot)


def _leaves(settings: Settings) -> Leaves:
    return leaves_towards(Target.COMMONS, settings, licence_rules(settings))


def _pictures(loaded: LoadedSpec, settings: Settings) -> HttpPictures:
    media = loaded.spec.media
    address = media.url if media and media.url.startswith("http") else loaded.spec.harvest.url
    return HttpPictures(loaded.spec.id, http_settings(settings, address), SystemClock())


def _refuse_undecided(dataset: str, settings: Settings) -> None:
    decided = images_decided(dataset, decisions=decision_store(settings), clock=SystemClock())
    if decided is None:
        held = under_appeal(dataset, decisions=decision_store(settings), clock=SystemClock())
        raise DecisionMissing(
            held
            or f"The governance body has approved nothing of {dataset}: put it to the body before its images "
            "go."
        )
    if decided.none:
        raise DecisionMissing(f"The governance body has refused the images of {dataset}: none of them goes.")


def _refuse_changed(batch: MediaBatch, now: MediaBatch) -> None:
    if now.batch_id != batch.batch_id:
        raise GovernanceError(
            f"Batch {batch.batch_id} of images of {batch.dataset} stops: what may leave has changed since it "
            f"was planned. It is batch {now.batch_id} now, and a person has to look at it."
        )
