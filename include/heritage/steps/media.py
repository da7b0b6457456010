"""Finds the images of a register that may go to Commons, and writes down what each would say there."""

import logging
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
from pydantic import TypeAdapter

from heritage.disclosure.gate import for_commons
from heritage.errors import SpecError
from heritage.licence.leaving import Leaves, let_out
from heritage.media.shown import Mark, Shown
from heritage.media.structured import captions_of, claims_of
from heritage.media.wikitext import file_page
from heritage.model.arrow import pc
from heritage.model.digest import canonical_json, digest_json
from heritage.model.media import FileContent
from heritage.model.tables import MEDIA
from heritage.ports.decisions import Journal
from heritage.ports.files import SnapshotStore
from heritage.spec.dataset import DatasetSpec
from heritage.spec.loader import LoadedSpec
from heritage.spec.media import Media
from heritage.steps.claims import Claims
from heritage.steps.media_decided import ImagesDecided
from heritage.steps.rulings import raised, rulings_in_force

log = logging.getLogger(__name__)

_CONTENT = TypeAdapter(FileContent)
_RECORDS = [
    "dataset",
    "record_id",
    "name",
    "lang",
    "names",
    "type",
    "address",
    "municipality",
    "url",
    "image",
]
_WITHHELD = "disclosure keeps it back"
_NOT_DECIDED = "the governance body has not approved it"
_ITEM = re.compile(r"Q[1-9]\d*")
_PEOPLE = "R14"
"""A person can be told from the picture, in a place where that is dangerous."""


@dataclass(frozen=True, slots=True)
class MediaBatch:
    """Images of one dataset for one wiki. The id is a digest of all that would be told, so that what a
    person released is what goes."""

    batch_id: str
    dataset: str
    title: str
    target: str
    files: pa.Table
    kept_back: Mapping[str, int]
    """Images that stay, counted by reason."""


def plan_media(
    loaded: LoadedSpec,
    snapshot: str,
    *,
    store: SnapshotStore,
    journal: Journal,
    leaves: Leaves,
    basis: str,
    wiki: str,
    target: str,
    items_of: str | None,
    decided: ImagesDecided | None,
) -> MediaBatch:
    """The images that may go to Commons, schema MEDIA, a row a file; table `media` of the snapshot.

    A record needs an item: the file is about it. Each image goes by its own licence; what disclosure does
    not allow stays, and `basis` is the digest of its rules in force. What another register protects on the
    item is not told with a file about it, either (R10). `wiki` is the target whose items the journal of edits
    tells of, `target` the wiki with the files, and `items_of` the target whose items they speak of (None: of
    `wiki`). `decided` is what the body lets go, None before it said anything. Raises SpecError when the
    description says nothing of images, and DecisionStale when the rulings were made by other rules than those
    in force.
    """
    spec = loaded.spec
    if spec.media is None:
        raise SpecError(f"{spec.id}: the description has no media, which says how images go to Commons")
    records = store.read_table(spec.id, snapshot, "records", _RECORDS)
    records = records.filter(pc.is_valid(records["image"]))
    risk = rulings_in_force(store, spec.id, snapshot, basis, ["level"])
    items, elsewhere = _items(store, snapshot, spec, journal, wiki, items_of or wiki)
    told = for_commons(records, raised(risk, Claims.read(store, spec.id).stricter(items)))
    kept: Counter[str] = Counter()
    if records.num_rows > told.num_rows:
        kept[_WITHHELD] += records.num_rows - told.num_rows
    free = let_out(told, spec.id, leaves)
    kept.update({one.reason: one.count for one in free.kept_back})
    allowed = pc.is_in(told["record_id"], free.records["record_id"].combine_chunks())
    going, undecided = _decided(told.filter(allowed), risk, decided)
    if undecided:
        kept[_NOT_DECIDED] += undecided
    here = going.filter(pc.invert(pc.is_in(going["record_id"], pa.array(sorted(elsewhere), pa.string()))))
    if here.num_rows < going.num_rows:
        why = f"its item is on {wiki}, and files on {target} speak of items of {items_of or wiki}"
        kept[why] += going.num_rows - here.num_rows
    rows = _rows(spec, spec.media, snapshot, here, risk, items, leaves, kept)
    files = pa.Table.from_pylist(rows, schema=MEDIA).sort_by("record_id")
    batch_id = digest_json([target, spec.id, "media", files["edit_id"].to_pylist()])[:12]
    store.write_table(spec.id, snapshot, "media", files, batch_id)
    log.info(
        "%d images of %s may go to %s as batch %s; %d stay: %s.",
        *(files.num_rows, spec.title, target, batch_id, kept.total()),
        "; ".join(f"{count} {reason}" for reason, count in kept.most_common()) or "none",
    )
    return MediaBatch(batch_id, spec.id, spec.title, target, files, dict(kept.most_common()))


def to_json(content: FileContent) -> str:
    """Canonical: equal contents give equal texts."""
    return canonical_json(_CONTENT.dump_python(content, mode="json", exclude_defaults=True))


def from_json(text: str) -> FileContent:
    """The content again."""
    return _CONTENT.validate_json(text)


def _items(
    store: SnapshotStore, snapshot: str, spec: DatasetSpec, journal: Journal, wiki: str, items_of: str
) -> tuple[dict[str, str], set[str]]:
    """Record id to item, matched or made by us; and the records whose item is none of `items_of`."""
    matches = store.read_table(spec.id, snapshot, "matches", ["record_id", "decision", "qid"])
    found = {m["record_id"]: m["qid"] for m in matches.to_pylist() if m["decision"] == "match" and m["qid"]}
    made = {entry.record_id: entry.qid for entry in journal.delivered(wiki, spec.id) if entry.qid}
    ours = found | (made if wiki == items_of else {})
    items = {record_id: qid for record_id, qid in ours.items() if _ITEM.fullmatch(qid)}
    return items, (found.keys() | made.keys()) - items.keys()


def _decided(told: pa.Table, risk: pa.Table, decided: ImagesDecided | None) -> tuple[pa.Table, int]:
    """The records whose images the body lets go, and how many it does not."""
    if decided is None:
        return told, 0
    levels = risk.select(["record_id", "level"]).to_pylist()
    let_go = [row["record_id"] for row in levels if decided.lets_go(row["level"])]
    going = told.filter(pc.is_in(told["record_id"], pa.array(let_go, pa.string())))
    return going, told.num_rows - going.num_rows


def _rows(
    spec: DatasetSpec,
    media: Media,
    snapshot: str,
    told: pa.Table,
    risk: pa.Table,
    items: Mapping[str, str],
    leaves: Leaves,
    kept: Counter[str],
) -> list[dict[str, Any]]:
    levels = {
        row["record_id"]: row for row in risk.select(["record_id", "level", "disclosure_rules"]).to_pylist()
    }
    rows = []
    for row in told.to_pylist():
        ruling, record_id = levels[row["record_id"]], row["record_id"]
        image = row["image"]
        mark = _mark(image["licence"], leaves)
        if _PEOPLE in (ruling["disclosure_rules"] or ()):
            kept[_WITHHELD] += 1
        elif record_id not in items:
            kept["the record has no item yet"] += 1
        elif mark is None:
            kept[f"no tag on Commons is known for the licence {image['licence']}"] += 1
        elif not (source := media.address(image["file"], record_id)).startswith(("http://", "https://")):
            kept["what the register writes is no address: say in media.url where images lie"] += 1
        else:
            shown = _shown(spec, media, row, items[record_id], mark, source)
            rows.append(_row(spec, media, snapshot, row, shown, ruling["level"], source))
    return rows


def _mark(licence: str, leaves: Leaves) -> Mark | None:
    tag, terms = leaves.licences.tag(licence), leaves.licences.find(licence)
    if tag is None or terms is None:
        return None
    return Mark(tag.template, tag.item, tag.status, terms.attribution)


def _shown(spec: DatasetSpec, media: Media, row: dict[str, Any], qid: str, mark: Mark, source: str) -> Shown:
    """Of a record that is not told exactly, neither file name nor addresses, which lead to the place, nor
    when the picture was taken."""
    image, strip = row["image"], row["strip"]
    page = media.described_at(image["file"], row["record_id"]) or row["url"]
    return Shown(
        qid=qid,
        caption=row["name"] or row["type"] or spec.title,
        lang=(row["lang"] if row["name"] else None) or media.lang,
        publisher=spec.publisher.name,
        mark=mark,
        author=image["author"],
        date=None if strip else image["date"],
        page=None if strip else page,
        address=None if strip else source,
    )


def _row(
    spec: DatasetSpec,
    media: Media,
    snapshot: str,
    row: dict[str, Any],
    shown: Shown,
    level: str,
    source: str,
) -> dict[str, Any]:
    content = FileContent(
        file_page(shown, media), captions_of(shown), claims_of(shown, media, spec.publisher.item)
    )
    title = media.called(row["name"] or spec.title, spec.publisher.name, row["record_id"])
    told = [spec.id, row["record_id"], shown.qid, source, title, to_json(content), row["strip"]]
    return {
        "edit_id": digest_json(told)[:16],
        "dataset": spec.id,
        "snapshot": snapshot,
        "record_id": row["record_id"],
        "qid": shown.qid,
        "level": level,
        "source": source,
        "title": title,
        "licence": row["image"]["licence"],
        "content": to_json(content),
        "strip": row["strip"],
    }
