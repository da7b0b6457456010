"""Turns a captured layer into features that can be laid over records."""

import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import pyarrow as pa

from heritage.errors import SnapshotStopped, SourceChanged
from heritage.mapping import World
from heritage.model.digest import digest_json, inputs_digest
from heritage.model.evidence import Evidence
from heritage.model.issue_code import IssueCode
from heritage.model.tables import FEATURES
from heritage.ports.clock import Clock
from heritage.ports.files import RowReader, SnapshotStore
from heritage.ports.vocabularies import Vocabularies
from heritage.risk.reading import read_value
from heritage.risk.scheme import Scheme
from heritage.risk.shapes import draw
from heritage.spec.layer import LayerSpec
from heritage.spec.loader import LoadedLayer
from heritage.spec.thresholds import SnapshotRules, Thresholds
from heritage.steps.layer_checks import may_be_used
from heritage.steps.layer_rows import LayerRows
from heritage.steps.layer_scheme import layer_scheme

log = logging.getLogger(__name__)
_NAMED = 200  # unknown terms that a message names


@dataclass(frozen=True, slots=True)
class Featured:
    """Counts. `silent` features say nothing by their scheme, or too long ago; `carried` come from the last
    good snapshot, whose source tells what is new alone. `reasons` and `notes` by code."""

    features: int
    rejected: int
    left_out: int
    silent: int
    carried: int
    reasons: Mapping[str, int]
    notes: Mapping[str, int]
    waits: bool = False
    """True when it is not used until a person approves it (`steps.approve`)."""


def features(
    loaded: LoadedLayer,
    snapshot: str,
    *,
    reader: RowReader,
    store: SnapshotStore,
    vocabularies: Vocabularies,
    world: World,
    thresholds: Thresholds,
    clock: Clock,
    bundled: bool = False,
) -> Featured:
    """Writes `features` (schema FEATURES) and `rejected` of a snapshot, and marks it good, unless a person
    has to be asked: whether a source that nobody could confirm may be trusted (not of a `bundled` sample), or
    about too many features that cannot be used, or are gone.

    Raises SourceChanged when the capture is not the layer described, or says what the scheme does not know;
    SnapshotStopped when it has too few or too many features, or far too many that cannot be used. The last
    good one stays in use then.
    """
    spec = loaded.spec
    scheme = layer_scheme(spec, vocabularies)
    seen = store.last_seen(spec.id, snapshot).date()
    earlier = _earlier(spec, snapshot, store)
    configuration = [spec.digest(), digest_json(scheme.model_dump(mode="json")), world.version]
    configuration += [thresholds.digest(), earlier or "", seen.isoformat()]
    inputs = inputs_digest("features", snapshot, *configuration)
    if not store.current(spec.id, snapshot, "features", inputs):
        with store.capture_files(spec.id, snapshot) as files:
            layer = LayerRows.of(spec, list(reader.rows(spec, files)))
        _within_bounds(spec, layer)
        made = _make(spec, scheme, layer.only(), world, seen)
        _refuse_many_rejected(spec, made, thresholds.snapshot)
        kept = _with_earlier(spec, scheme, made.table, earlier, store, seen)
        counts = {
            "left_out": layer.left_out,
            "silent": made.silent,
            "carried": kept.num_rows - made.table.num_rows,
            "notes": made.notes,
            "earlier": earlier,
        }
        store.write_json(spec.id, snapshot, "features", counts)
        store.write_table(spec.id, snapshot, "rejected", made.rejected, inputs)
        store.write_table(spec.id, snapshot, "features", kept, inputs)  # last: it says "done"
    result = _counts(spec.id, snapshot, store)
    _tell(spec.title, result)
    used = may_be_used(
        spec,
        snapshot,
        features=result.features,
        read=result.features - result.carried + result.silent + result.rejected,
        store=store,
        rules=thresholds.snapshot,
        bundled=bundled,
    )
    if used:
        store.mark_good(spec.id, snapshot, clock.now())
    else:
        log.info("Snapshot %s of %s waits for an engineer's approval.", snapshot, spec.title)
    return replace(result, waits=not used)


@dataclass(frozen=True, slots=True)
class _Made:
    table: pa.Table
    rejected: pa.Table
    silent: int
    notes: dict[str, int]


def _make(spec: LayerSpec, scheme: Scheme, layer: LayerRows, world: World, seen: date) -> _Made:
    faults = dict(layer.faults)
    values = layer.texts(spec.layer.value) if spec.layer.value else [spec.layer.says] * len(layer)
    _refuse_unknown(spec, scheme, [v for i, v in enumerate(values) if v and i not in faults])
    days = layer.days(world, seen)
    precision = layer.precision()
    _refuse_unknown_precision(spec, [word for i, word in layer.imprecise() if i not in faults])
    drawn = draw(layer.drawn(faults), spec.place().crs)
    _judge(values, days, precision, seen, faults)
    for i, code in drawn.faults.items():
        faults.setdefault(i, code)
    says: dict[tuple[str, date], bool] = {}
    keep = []
    for i in range(len(layer)):
        value, day = values[i], days[i]
        if i in faults or value is None or day is None:
            continue
        if (value, day) not in says:
            says[value, day] = _still_says(spec, scheme, value, day, seen)
        if says[value, day]:
            keep.append(i)
    mended, cut = (int(flags[keep].sum()) for flags in (drawn.mended, drawn.cut))
    notes = {IssueCode.SHAPE_MENDED.value: mended, IssueCode.SHAPE_CUT.value: cut}
    table = layer.features(keep, values, days, precision, drawn.shapes)
    same = len(keep) - table.num_rows
    return _Made(
        table,
        layer.rejected(faults),
        len(layer) - len(faults) - len(keep),
        {code: count for code, count in (notes | {IssueCode.ROW_REPEATED.value: same}).items() if count},
    )


def _judge(
    values: Sequence[str | None],
    days: Sequence[date | None],
    precision: Sequence[float | None],
    seen: date,
    faults: dict[int, IssueCode],
) -> None:
    for i, (value, day, metres) in enumerate(zip(values, days, precision, strict=True)):
        if i in faults:
            continue
        if value is None or metres is None:
            faults[i] = IssueCode.VALUE_MISSING
        elif day is None:
            faults[i] = IssueCode.RISK_UNDATED
        elif day > seen:
            faults[i] = IssueCode.RISK_FUTURE


def _still_says(spec: LayerSpec, scheme: Scheme, value: str, day: date, seen: date) -> bool:
    """Whether it speaks of the day of the pull or later, alone or as one of several events."""
    evidence = _said(scheme, value, day)
    if evidence is None:
        return False
    window = day + timedelta(days=spec.layer.within_days or 0)
    return seen < evidence.valid_until or (spec.layer.at_least > 1 and seen <= window)


def _said(scheme: Scheme, value: str, day: date) -> Evidence | None:
    reading = read_value(scheme, value, record_id="", observed=day)
    return reading.evidence if reading else None


def _refuse_unknown(spec: LayerSpec, scheme: Scheme, values: Sequence[str]) -> None:
    unknown = Counter({v: n for v, n in Counter(values).items() if scheme.meaning_of(v) is None})
    if unknown:
        raise SourceChanged(
            f"{spec.id}: {unknown.total()} features say what the scheme {scheme.id} does not know: "
            f"{_listed(unknown)}. Nothing is guessed: add them to "
            f"datasets/_vocabularies/risk/{scheme.id}.yaml."
        )


def _refuse_unknown_precision(spec: LayerSpec, words: Sequence[str]) -> None:
    if words:
        raise SourceChanged(
            f"{spec.id}: {len(words)} features say how precise they are in words that "
            f"layer.precision.metres does not know: {_listed(Counter(words))}. Nothing is guessed: add them "
            "there, or leave such features out with layer.only."
        )


def _listed(words: Counter[str]) -> str:
    more = f" and {len(words) - _NAMED} more" if len(words) > _NAMED else ""
    return ", ".join(f"{word!r} ({count})" for word, count in words.most_common(_NAMED)) + more


def _within_bounds(spec: LayerSpec, layer: LayerRows) -> None:
    least, most = spec.layer.features
    if not least <= len(layer) <= most:
        raise SnapshotStopped(
            f"{spec.id}: the pull brought {len(layer)} features, not {least} to {most} as layer.features "
            "says. It is not used, the last good one stays. Look at the capture; move the bounds only with "
            "a reason."
        )


def _refuse_many_rejected(spec: LayerSpec, made: _Made, rules: SnapshotRules) -> None:
    rejected = made.rejected.num_rows
    share = rejected / max(1, rejected + made.table.num_rows + made.silent)
    if share > rules.rejected_stop:
        reasons = Counter(made.rejected["code"].to_pylist()).most_common()
        told = ", ".join(f"{count} {code}" for code, count in reasons)
        first = made.rejected["reason"][0].as_py()
        raise SnapshotStopped(
            f"{spec.id}: {rejected} features cannot be used ({told}), more than {rules.rejected_stop:.0%}. "
            f"The first: {first}"
        )


def _earlier(spec: LayerSpec, snapshot: str, store: SnapshotStore) -> str | None:
    """The good snapshot before this one, where its features count until they expire."""
    if spec.layer.absence == "closes":
        return None
    good = store.last_good(spec.id)
    if good != snapshot:
        return good
    known: str | None = store.read_json(spec.id, snapshot, "features")["earlier"]
    return known


def _with_earlier(
    spec: LayerSpec, scheme: Scheme, table: pa.Table, earlier: str | None, store: SnapshotStore, seen: date
) -> pa.Table:
    if earlier is None:
        return table
    before = store.read_table(spec.id, earlier, "features", FEATURES.names)
    new = set(table["feature_id"].to_pylist())
    still = [
        i
        for i, row in enumerate(before.select(["feature_id", "value", "observed"]).to_pylist())
        if row["feature_id"] not in new and _still_says(spec, scheme, row["value"], row["observed"], seen)
    ]
    both = pa.concat_tables([table, before.take(pa.array(still, pa.int64())).cast(FEATURES)])
    return both.sort_by("feature_id").combine_chunks()


def _counts(layer: str, snapshot: str, store: SnapshotStore) -> Featured:
    rejected = Counter(store.read_table(layer, snapshot, "rejected", ["code"])["code"].to_pylist())
    told = store.read_json(layer, snapshot, "features")
    return Featured(
        features=store.read_table(layer, snapshot, "features", ["feature_id"]).num_rows,
        rejected=rejected.total(),
        left_out=told["left_out"],
        silent=told["silent"],
        carried=told["carried"],
        reasons={str(code): count for code, count in rejected.most_common()},
        notes=told["notes"],
    )


def _tell(title: str, result: Featured) -> None:
    log.info(
        "%d features of %s can be laid over records, %d of them from earlier pulls; %d say nothing (any "
        "more), %d are not taken, %d cannot be used%s%s.",
        result.features,
        title,
        result.carried,
        result.silent,
        result.left_out,
        result.rejected,
        "".join(f"; {count} {code}" for code, count in result.reasons.items()),
        "".join(f"; {count} {code}" for code, count in result.notes.items()),
    )
    if result.left_out and not (result.features - result.carried + result.silent + result.rejected):
        log.warning(
            "layer.only takes none of the %d features of %s: look at its words.", result.left_out, title
        )
