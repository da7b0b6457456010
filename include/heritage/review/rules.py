"""Annotations that follow from what registers and items say already, for people to judge (pure).

Each rule says of records what their register lacks: a name in another language, the area that they lie in,
what they are. None is a vote: what a rule says of its own confidence is shown to nobody before they answered.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from scipy.spatial import cKDTree

from heritage.model.arrow import Array, pc
from heritage.model.review import Annotation, AnnotationKind, Suggestion
from heritage.review.settings import RuleSettings

STATED, LABELS = "what the matched item states", "labels of the matched item"
NEIGHBOURS, SAME_TERM = "items nearby", "records of the same type"
"""Names of the rules, as they stand in a suggestion."""
_EARTH_M = 6_371_008.8
_NO_LANGUAGE = frozenset({"mul", "und", "zxx"})
_LONGEST_LABEL = 250
_AREA, _CLASS = "P131", "P31"
_STATED = (
    ("admin", "admin_item", AnnotationKind.PLACE, _AREA),
    ("classes", "class_item", AnnotationKind.TERM, _CLASS),
)


@dataclass(frozen=True, slots=True)
class Suggested:
    """What a rule says of one record; `item` is where it was read, if it is one item."""

    record_id: str
    suggestion: Suggestion
    item: str = ""


def suggest(
    records: pa.Table,
    matched: Mapping[str, str],
    items: pa.Table,
    kinds: Collection[AnnotationKind],
    languages: Collection[str],
    settings: RuleSettings,
) -> list[Suggested]:
    """What all rules together say of records, by record: of each at most one area and one class. See the
    rules for what the tables need; what an item states itself goes before what its surroundings say."""
    found: list[Suggested] = []
    if AnnotationKind.TRANSLATION in kinds:
        found += translations(records, matched, items, languages)
    others = [*stated(records, matched, items)]
    if AnnotationKind.PLACE in kinds:
        others += areas(records, items, settings)
    if AnnotationKind.TERM in kinds:
        others += types(records, matched, items, settings)
    told: dict[tuple[str, str], Suggested] = {}
    for one in others:
        said = one.suggestion.annotation
        if said and said.kind in kinds:
            told.setdefault((one.record_id, said.about), one)
    return sorted([*found, *told.values()], key=lambda one: one.record_id)


def stated(records: pa.Table, matched: Mapping[str, str], items: pa.Table) -> Iterator[Suggested]:
    """The area and the class of records whose register names none, where their items state just one.

    `records` needs record_id, admin_item and class_item, `items` qid, admin and classes.
    """
    known = {row["qid"]: row for row in _of(items, matched.values(), "admin", "classes")}
    for row in _rows(records, matched, ["record_id", "admin_item", "class_item"]):
        qid = matched[row["record_id"]]
        item = known.get(qid, {})
        for column, lacking, kind, about in _STATED:
            values = set(item.get(column) or ())
            if row[lacking] is None and len(values) == 1:
                said = Annotation(kind, about=about, item=values.pop())
                yield Suggested(row["record_id"], Suggestion(said, generator=STATED), qid)


def translations(
    records: pa.Table, matched: Mapping[str, str], items: pa.Table, languages: Collection[str] = ()
) -> Iterator[Suggested]:
    """Names of matched items in languages that the register lacks, by record and language.

    `records` needs record_id, lang and names, `matched` is record id to item, `items` needs qid and labels.
    Only `languages`, if any are given. A label that the register has already, in whatever language, is none:
    nobody learns anything from it. One in a language is also one in its variants (sr is there for sr-ec).
    """
    labels = {row["qid"]: row["labels"] or () for row in _of(items, matched.values(), "labels")}
    for row in _rows(records, matched, ["record_id", "lang", "names"]):
        names = row["names"] or ()
        known = {_base(name["lang"] or row["lang"] or "") for name in names}
        texts = {_folded(name["text"] or "") for name in names}
        found: dict[str, str] = {}
        for label in labels.get(matched[row["record_id"]], ()):
            lang, text = label["lang"], label["text"] or ""
            wanted = not languages or lang in languages
            if wanted and _base(lang) not in known | _NO_LANGUAGE and _folded(text) not in texts:
                found[lang] = text
        for lang, text in sorted(found.items()):
            plain = _base(lang)
            if 0 < len(text) <= _LONGEST_LABEL and (lang == plain or plain not in found):
                said = Annotation(AnnotationKind.TRANSLATION, text=text, lang=lang)
                yield Suggested(
                    row["record_id"], Suggestion(said, generator=LABELS), matched[row["record_id"]]
                )


def areas(records: pa.Table, items: pa.Table, settings: RuleSettings) -> Iterator[Suggested]:
    """The administrative area of records whose register names none, where the nearest items all lie in it.

    `records` needs record_id, admin_item, lat, lon (EPSG:4326) and precision_m (metres), and should come
    from the gate: who may not be told where a place is may not be asked in which area it lies. `items` needs
    points, admin and context. A place that is known less exactly than `settings.area_within_m` is left out.
    """
    within, count = settings.area_within_m, settings.area_items
    unknown = pc.and_(pc.is_null(records["admin_item"]), pc.is_valid(records["lat"]))
    exact = pc.less_equal(pc.fill_null(records["precision_m"], 0.0), within)
    rows = records.filter(pc.and_(unknown, pc.and_(exact, pc.is_valid(records["lon"]))))
    known = items.select(["points", "admin"]).filter(_telling_areas(items))
    if not rows.num_rows or known.num_rows < count:
        return
    points = pc.list_flatten(known["points"]).combine_chunks()
    tree = cKDTree(_vectors(pc.struct_field(points, "lat"), pc.struct_field(points, "lon")))
    furthest = 2 * np.sin(within / _EARTH_M / 2)
    far, nearest = tree.query(_vectors(rows["lat"], rows["lon"]), k=count, distance_upper_bound=furthest)
    there = np.flatnonzero(np.isfinite(far).all(axis=1))
    around: list[Any] = pc.take(known["admin"], pa.array(nearest[there].ravel())).to_pylist()
    ids: list[Any] = pc.take(rows["record_id"], pa.array(there)).to_pylist()
    for first, record_id in enumerate(ids):
        shared = set.intersection(*(set(one) for one in around[first * count : (first + 1) * count]))
        if len(shared) == 1:
            said = Annotation(AnnotationKind.PLACE, about=_AREA, item=shared.pop())
            yield Suggested(record_id, Suggestion(said, generator=NEIGHBOURS))


def types(
    records: pa.Table, matched: Mapping[str, str], items: pa.Table, settings: RuleSettings
) -> Iterator[Suggested]:
    """What records are whose register's term nobody has mapped, where matched records of the same term agree.

    `records` needs record_id, type and class_item, `items` qid and classes. At least `settings.term_items`
    matched records of a term must be known, and `settings.term_share` of them be of one class.
    """
    classes = {row["qid"]: row["classes"] or () for row in _of(items, matched.values(), "classes")}
    unmapped = records.select(["record_id", "type", "class_item"]).filter(
        pc.and_(pc.is_valid(records["type"]), pc.is_null(records["class_item"]))
    )
    asked = unmapped.to_pylist()
    seen: Counter[str] = Counter()
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for row in asked:
        if found := classes.get(matched.get(row["record_id"], "")):
            seen[row["type"]] += 1
            counts[row["type"]].update(set(found))
    agreed = {}
    for term, number in seen.items():
        [first, *others] = sorted(counts[term].items(), key=lambda one: (-one[1], one[0]))[:2]
        share = first[1] / number
        alone = not others or others[0][1] < first[1]
        if number >= settings.term_items and share >= settings.term_share and alone:
            agreed[term] = (first[0], share)
    for row in asked:
        qid, share = agreed.get(row["type"], ("", 0.0))
        if qid and qid not in classes.get(matched.get(row["record_id"], ""), ()):
            said = Annotation(AnnotationKind.TERM, about=_CLASS, item=qid)
            yield Suggested(
                row["record_id"], Suggestion(said, generator=SAME_TERM, confidence=round(share, 4))
            )


def _of(items: pa.Table, qids: Collection[str], *columns: str) -> list[dict[str, Any]]:
    wanted = pa.array(sorted(set(qids)), pa.string())
    return items.select(["qid", *columns]).filter(pc.is_in(items["qid"], value_set=wanted)).to_pylist()


def _rows(records: pa.Table, record_ids: Collection[str], columns: list[str]) -> list[dict[str, Any]]:
    wanted = pa.array(sorted(record_ids), pa.string())
    return records.select(columns).filter(pc.is_in(records["record_id"], value_set=wanted)).to_pylist()


def _base(lang: str) -> str:
    return lang.partition("-")[0].lower()


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


def _telling_areas(items: pa.Table) -> Array:
    """Which items tell in what area a point lies: those with one point, and an area."""
    one_point = pc.equal(pc.fill_null(pc.list_value_length(items["points"]), 0), 1)
    somewhere = pc.greater(pc.fill_null(pc.list_value_length(items["admin"]), 0), 0)
    return pc.and_(pc.and_(one_point, somewhere), pc.invert(pc.fill_null(items["context"], False)))


def _vectors(lat: Array, lon: Array) -> npt.NDArray[np.float64]:
    """On the unit sphere, so that nothing is torn at the poles and at 180 degrees."""
    y, x = (np.radians(one.to_numpy(zero_copy_only=False).astype(np.float64)) for one in (lat, lon))
    return np.column_stack((np.cos(y) * np.cos(x), np.cos(y) * np.sin(x), np.sin(y)))
