"""Counts what registers and Wikidata have of each country by period, kind, language, region, community.

Few sites of a group that may not be shown exactly are not counted under it: they are `untold`.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd
import pyarrow as pa

from heritage.model.arrow import Array, pc
from heritage.model.disclosure import Disclosure
from heritage.ports.files import ItemIndex, SnapshotStore
from heritage.priority.counts import Counts, Tally, Years
from heritage.priority.ethics_rules import Dimension, EthicsRules
from heritage.priority.periods import period, years
from heritage.spec.dataset import DatasetSpec

_SHOWN = [Disclosure.S0.value, Disclosure.S1.value]
_NO_LANGUAGE = frozenset({"", "und", "zxx", "mul", "mis"})
"""Languages by BCP 47 that are none."""
_COLUMNS = ["record_id", "country", "class_item", "type", "admin_item", "inception"]


def count_records(
    spec: DatasetSpec, snapshot: str, *, store: SnapshotStore, rules: EthicsRules
) -> dict[str, Counts]:
    """The counts of a flagged snapshot by country (an item); "" stands for records that name none."""
    table = store.read_table(spec.id, snapshot, "records", [*_COLUMNS, "names"])
    risk = store.read_table(spec.id, snapshot, "risk", ["record_id", "disclosure"]).to_pandas()
    frame = table.select(_COLUMNS).to_pandas().assign(row=range(table.num_rows))
    closed = ~frame["record_id"].map(risk.set_index("record_id")["disclosure"]).isin(_SHOWN)
    matched = _matched(spec.id, snapshot, store)
    frame = frame.assign(
        closed=closed,
        matched=frame["record_id"].isin(matched) if matched is not None else False,
        country=frame["country"].fillna(spec.item.country or ""),
    )
    spans = {text: years(text) for text in frame["inception"].dropna().unique()}
    frame["period"] = frame["inception"].map(
        {text: period(span, rules.years) for text, span in spans.items() if span}
    )
    names = _languages(table["names"])
    found = {}
    for country, rows in frame.groupby("country"):
        members = _members(rows, rules) | {Dimension.LANGUAGE: names[names.index.isin(rows["row"])]}
        found[str(country)] = Counts(
            records=len(rows),
            tallies={
                dimension: _tally(rows, groups["group"], rules, looked=matched is not None)
                for dimension, groups in members.items()
            },
            dated=_dated(rows["inception"], spans),
            terms=rows["type"].nunique(),
        )
    return found


def _matched(dataset: str, snapshot: str, store: SnapshotStore) -> pd.Series | None:
    """Ids of the records that are matched to an item; None before reconciliation."""
    try:
        matches = store.read_table(dataset, snapshot, "matches", ["record_id", "decision"]).to_pandas()
    except FileNotFoundError:
        return None
    return matches.loc[matches["decision"] == "match", "record_id"]


def _members(rows: pd.DataFrame, rules: EthicsRules) -> dict[Dimension, pd.DataFrame]:
    """Each record's group by dimension, indexed by row; who belongs to none is left out."""
    rows = rows.set_index("row")
    return {
        Dimension.PERIOD: _named(rows["period"]),
        Dimension.KIND: _named(rows["class_item"][~rows["class_item"].isin(rules.no_kind)]),
        Dimension.REGION: _named(rows["admin_item"]),
        Dimension.COMMUNITY: _named(rows["class_item"].map(_communities(rules))),
    }


def _named(column: pd.Series) -> pd.DataFrame:
    return pd.DataFrame({"group": column}).dropna()


def _communities(rules: EthicsRules) -> dict[str, str]:
    return {item: name for name, items in rules.communities.items() for item in items}


def _languages(names: Array) -> pd.DataFrame:
    """The language of every name, indexed by row; scripts and regions are not told apart."""
    lists = names.combine_chunks()
    languages: pd.Series = pc.struct_field(pc.list_flatten(lists), "lang").to_pandas()
    index = pd.Index(pc.list_parent_indices(lists).to_pandas(), name="row")
    codes = {one: _language(one) for one in languages.dropna().unique()}
    named: pd.Series = languages.map(codes).set_axis(index).dropna()
    return named.to_frame("group").reset_index().drop_duplicates().set_index("row")


def _language(tag: str) -> str | None:
    code = tag.lower().split("-")[0]
    return None if code in _NO_LANGUAGE else "nb" if code == "no" else code


def _tally(rows: pd.DataFrame, groups: pd.Series, rules: EthicsRules, *, looked: bool) -> Tally:
    about = rows.set_index("row")[["closed", "matched"]]
    members = pd.DataFrame({"group": groups}).join(about)
    untold = _few(members, rules)
    told = members[~untold]
    return Tally(
        groups=_as_dict(told["group"].value_counts()),
        matched=_as_dict(told.loc[told["matched"], "group"].value_counts()) if looked else None,
        unknown=len(rows) - groups.index.nunique(),
        untold=int(untold.sum()),
    )


def _few(members: pd.DataFrame, rules: EthicsRules) -> pd.Series:
    """Which of the records may not be told by their group: few of it are not shown exactly, and they are."""
    closed = members.loc[members["closed"], "group"].value_counts()
    few = closed[closed < rules.least_withheld].index
    return members["closed"] & members["group"].isin(few)


def _as_dict(counts: pd.Series) -> dict[str, int]:
    return {str(name): int(count) for name, count in counts.items()}


def _dated(column: pd.Series, spans: Mapping[str, Years | None]) -> dict[Years, int]:
    found: Counter[Years] = Counter()
    for text, count in column.value_counts().items():
        if span := spans[str(text)]:
            found[span] += int(count)
    return dict(found)


@dataclass(slots=True)
class Items:
    """The items of the index, read once: their counts by country and their English labels."""

    counts: Mapping[str, Counts]
    labels: Mapping[str, str]


def count_items(index: ItemIndex, rules: EthicsRules, countries: frozenset[str]) -> Items:
    """What the index has of `countries`, with the labels of classes and areas that stand in it themselves."""
    table = index.items(["qid", "labels", "classes", "admin", "country"])
    counts = {}
    for country in sorted(countries):
        theirs = table.filter(pc.equal(table["country"], country))
        columns = {name: _lists(theirs[name]) for name in ("classes", "admin")}
        classes = columns["classes"]
        groups = {
            Dimension.KIND: classes[~classes.isin(rules.no_kind)],
            Dimension.COMMUNITY: classes.map(_communities(rules)).dropna(),
            Dimension.REGION: columns["admin"],
            Dimension.LANGUAGE: _languages(theirs["labels"])["group"],
        }
        tallies = {
            dimension: Tally(
                _as_dict(series.value_counts()), unknown=theirs.num_rows - series.index.nunique()
            )
            for dimension, series in groups.items()
        }
        counts[country] = Counts(theirs.num_rows, tallies)
    return Items(counts, _labels(table))


def _labels(table: pa.Table) -> dict[str, str]:
    """English labels of items that others name as their class or area."""
    named = {*pc.list_flatten(table["classes"]).unique().to_pylist()}
    named |= {*pc.list_flatten(table["admin"]).unique().to_pylist()}
    of = table.filter(pc.is_in(table["qid"], pa.array(sorted(named), pa.string()))).select(["qid", "labels"])
    return {
        row["qid"]: text["text"]
        for row in of.to_pylist()
        for text in row["labels"] or ()
        if text["lang"] == "en"
    }


def _lists(column: Array) -> pd.Series:
    lists = column.combine_chunks()
    values: pd.Series = pc.list_flatten(lists).to_pandas()
    return values.set_axis(pd.Index(pc.list_parent_indices(lists).to_pandas()))
