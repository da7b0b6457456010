"""Telling the hub of partnerships what was done with whom, bound to the stores, the account and the pace."""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from heritage.adapters.clock import SystemClock
from heritage.adapters.vocabularies import YamlVocabularies
from heritage.adapters.wikibase.translation import Translation
from heritage.errors import SpecError
from heritage.licence.vocabulary import Licences
from heritage.ports.wiki import LiveWiki
from heritage.spec.constraints import load_constraints
from heritage.spec.dataset import DatasetSpec
from heritage.spec.loader import load_specs
from heritage.spec.target import Target
from heritage.statements.content_json import from_json
from heritage.statements.hub_items import BatchFacts, DatasetFacts, Words
from heritage.steps.plan_upload import UploadBatch
from heritage.steps.tell_hub import ToTell, settled_batches, tell, to_tell
from heritage.steps.upload import Uploaded, contents_of, upload
from heritage.wiring.batch_orders import batch_standing, kept_in_order
from heritage.wiring.held import held_by_orders, patiently
from heritage.wiring.settings import Settings
from heritage.wiring.stores import journal, media_journal, order_book, undone_edits
from heritage.wiring.wiki import limits_of, open_live, open_wiki, pace_of, refuse_unfit, target_of
from heritage.wiring.wiki_account import WikiAccount
from heritage.wiring.wiki_moods import noted

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Item:
    """What is told in one edit, a line a fact; no `qid` for an item that is to be made."""

    key: str
    qid: str | None
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """What became of one dataset. `items` were sent (would be sent, in a dry run), `later` batches wait for
    its item, `left` are sentences about what stays as it is, `sent` edits were made now. `problem` says why
    nothing of it was told."""

    dataset: str
    batch_id: str = ""
    items: tuple[Item, ...] = ()
    later: int = 0
    left: tuple[str, ...] = ()
    sent: int = 0
    waiting: int = 0
    skipped: Mapping[str, int] | None = None
    stands: str = ""
    problem: str = ""


def publish(settings: Settings, account: WikiAccount, *, live: bool) -> list[Told]:
    """Brings what was done with every dataset to the hub that this account is on, and says what became of
    it. Without `live` it says what would be sent, and has nothing to write with.

    A dataset for which something is missing is told and left out, the others go on. Raises SpecError when
    the hub is not described, with a sentence for everything that has to be added.
    """
    target = target_of(account, settings)
    words = words_of(target)
    settled = settled_batches(
        journal=journal(settings),
        images=media_journal(settings),
        undone=undone_edits(settings),
        orders=order_book(settings),
        pilot=settings.pilot_edits,
    )
    specs = {loaded.spec.id: loaded.spec for loaded in load_specs(settings.datasets)[0]}
    licences = YamlVocabularies(settings.vocabularies).licences()
    teller = _Publisher(settings, account, target, words, live)
    told: list[Told] = []
    for dataset, found in settled.items():
        batches = [batch for batch in found if batch.target in words.wikis]
        for name in sorted({batch.target for batch in found} - words.wikis.keys()):
            _log.info("Batches of %s on %s are not told: `hub.wikis` does not name it.", dataset, name)
        if not batches:
            continue
        try:
            if dataset not in specs:
                raise SpecError(f"{dataset} is described no more: its batches are not told.")
            told.append(teller.tell(_about(specs[dataset], licences), batches))
        except SpecError as error:
            _log.error("%s", error)
            told.append(Told(dataset, problem=str(error)))
    return told


def words_of(target: Target) -> Words:
    """What a hub calls the facts that it is told. Raises SpecError naming everything that is missing."""
    if target.hub is None:
        raise SpecError(
            f"{target.title} is no hub of partnerships: describe that (`hub` in targets/{target.id}.yaml)."
        )
    missing = list(target.hub.missing(target.id))
    if missing:
        raise SpecError("Nothing is published. " + " ".join(missing))
    return Words.of(target.hub, Translation(target).here)


class _Publisher:
    """One run over all datasets."""

    def __init__(
        self, settings: Settings, account: WikiAccount, target: Target, words: Words, live: bool
    ) -> None:
        self._settings, self._account, self._target, self._words = settings, account, target, words
        self._live = live
        self._reader: LiveWiki = open_live(account, settings)

    def tell(self, about: DatasetFacts, batches: Sequence[BatchFacts]) -> Told:
        """Raises SpecError when the hub lacks something that is named."""

        def plan() -> ToTell:
            return to_tell(
                about,
                batches,
                target=self._target.id,
                words=self._words,
                journal=journal(self._settings),
                orders=order_book(self._settings),
                wiki=self._reader,
            )

        if not self._live:
            found = plan()
            if found.batch:
                contents = contents_of(found.batch)
                refuse_unfit(self._account, self._settings, self._reader, contents, writes=False)
            items = tuple(self._items(found.batch))
            return Told(about.dataset, items=items, later=found.later, left=found.left)
        return self._send(about.dataset, plan)

    def _send(self, dataset: str, plan: Callable[[], ToTell]) -> Told:
        done: list[Uploaded] = []
        rounds = list(tell(plan, lambda batch: done.append(self._upload(batch))))
        last = rounds[-1]
        items = {item.key: item for one in rounds for item in self._items(one.batch)}
        if not done:
            return Told(dataset, left=last.left)
        return Told(
            dataset,
            done[-1].batch_id,
            tuple(items.values()),
            last.later,
            last.left,
            sent=sum(one.sent_now for one in done),
            waiting=done[-1].waiting,
            skipped=done[-1].skipped,
            stands=batch_standing(self._settings, done[-1].batch_id).sentence,
        )

    def _items(self, batch: UploadBatch | None) -> Iterator[Item]:
        for row in batch.edits.to_pylist() if batch else ():
            lines = self._words.lines(from_json(row["additions"]))
            yield Item(row["record_id"], row["qid"], tuple(lines))

    def _upload(self, batch: UploadBatch) -> Uploaded:
        settings, account = self._settings, self._account
        held = held_by_orders(settings)
        with noted(settings, account.target), kept_in_order(settings, batch.batch_id):
            writer = open_wiki(account, settings)
            refuse_unfit(account, settings, writer, contents_of(batch), writes=True)
            return upload(
                batch,
                journal=journal(settings, keep_open=True),
                writer=writer,
                pace=pace_of(account, settings),
                clock=SystemClock(),
                wait=patiently(lambda: held(batch.batch_id)),
                limits=limits_of(account, settings),
                permitted=lambda: None,  # nothing of a register's goes there
                constraints=load_constraints(settings.vocabularies),
                held=held,
            )


def _about(spec: DatasetSpec, licences: Licences) -> DatasetFacts:
    tag = licences.tag(spec.licence.id)
    if tag is None:
        _log.info("The licence of %s has no item in licences.yaml (`tags`): it is left out.", spec.id)
    return DatasetFacts(
        dataset=spec.id,
        title=spec.title,
        publisher=spec.publisher.name,
        publisher_item=spec.publisher.item,
        licence_item=tag.item if tag else None,
        country_item=spec.item.country,
        source=spec.harvest.url,
    )
