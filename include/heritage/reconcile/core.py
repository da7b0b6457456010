"""Reconciliation: which item of the index each record is, if any, and why."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import pyarrow as pa

from heritage.model.tables import MATCHES
from heritage.reconcile.candidates import blocker
from heritage.reconcile.decide import decide
from heritage.reconcile.explain import Explainer
from heritage.reconcile.features import Pairs, pair_features, together
from heritage.reconcile.identity import Common, not_a_thing
from heritage.reconcile.kinds import KindReader, SideKinds, item_kinds, kind_reader, record_kinds
from heritage.reconcile.lexicon import ItemWords, build, read_item_words
from heritage.reconcile.matches import Answers, Called, called
from heritage.reconcile.model import probability
from heritage.reconcile.place import PointTree
from heritage.reconcile.record_words import asking
from heritage.reconcile.rivals import rival_features
from heritage.reconcile.settings import Settings
from heritage.reconcile.sides import Items, Records, identifiers_of, read_items, read_records
from heritage.reconcile.threads import in_parts
from heritage.reconcile.trust import tried


@dataclass(frozen=True, slots=True)
class Prepared:
    """What can be computed once for an index, whatever register asks it; `items` carry no identifier yet."""

    items: Items
    words: ItemWords
    tree: PointTree
    names: Called
    reader: KindReader
    kinds: SideKinds


@dataclass(frozen=True, slots=True)
class Facing:
    """A register and an index, each read once, that can be compared range by range."""

    records: Records
    items: Items
    part: Callable[[int, int], Pairs]
    """Each record of a small range beside its likeliest candidates, with all features."""

    def pairs(self, first: int, last: int) -> Pairs:
        """The same of any range. What a record is beside does not depend on the range that it is asked in."""
        parts = list(in_parts(lambda one, other: self.part(first + one, first + other), last - first))
        return together(parts or [self.part(0, 0)])


def prepare(items: pa.Table, settings: Settings) -> Prepared:
    """An index of items (schema ITEMS) made ready for any number of calls of `reconcile`, also with a handful
    of records each. Everything in `settings` but `identifier` must be the same then."""
    read = read_items(items, settings.vocabulary.same_countries)
    del items  # most of it is not asked for again; a caller that keeps it pays for it twice
    with ThreadPoolExecutor(1) as beside:
        tree = beside.submit(PointTree, read.point_lat, read.point_lon, read.point_owner)
        names = beside.submit(called, read)
        read = replace(read, never=not_a_thing(read, settings.vocabulary))
        words = read_item_words(read, settings.vocabulary)
        reader = kind_reader(settings.vocabulary)
        kinds = item_kinds(read, words, reader)
        read = replace(read, table=read.table.select(["qid", "identifiers"]))  # the rest can be let go
        return Prepared(read, words, tree.result(), names.result(), reader, kinds)


def reconcile(records: pa.Table, items: pa.Table | Prepared, settings: Settings) -> pa.Table:
    """One row of MATCHES for every record, sorted by record id.

    `records` has the schema RECORDS, `items` the schema ITEMS (or is such a table made ready by `prepare`);
    the order of their rows changes nothing.
    Candidates come from the register's identifier, place and name; each has a probability, and the rules
    that forbid an automatic match hold whatever the probability.
    """
    parts = list(answers(records, items, settings).parts())
    return pa.concat_tables(parts) if parts else MATCHES.empty_table()


def answers(records: pa.Table, items: pa.Table | Prepared, settings: Settings) -> Answers:
    """The same, to be taken part by part: of a large register the table is most of the memory."""
    ready = items if isinstance(items, Prepared) else prepare(items, settings)
    facing = face(records, ready, settings)
    return settle(facing, facing.pairs(0, facing.records.rows), ready, settings)


def settle(facing: Facing, pairs: Pairs, ready: Prepared, settings: Settings) -> Answers:
    """What is decided about all records of a register, whose pairs these are: who else could be meant, and
    whether an item is claimed twice, is asked among all of them."""
    ours, theirs = facing.records, facing.items
    leads = rival_features(pairs, pairs.log_odds)
    final = probability(settings.rival_model.log_odds({**pairs.columns, **leads}))
    least = tried(pairs, ours, theirs, settings).least(settings)
    decisions = decide(pairs, leads, final, ours, theirs, settings, least)
    explainer = Explainer(pairs, decisions, theirs, ready.names.qid, ready.reader, settings)
    return Answers(pairs, decisions, ours, ready.names, explainer, least.unplaced)


def compare(records: pa.Table, ready: Prepared, settings: Settings) -> tuple[Records, Items, Pairs]:
    """Both sides, and each record beside its likeliest candidates with all features."""
    facing = face(records, ready, settings)
    return facing.records, facing.items, facing.pairs(0, facing.records.rows)


def face(records: pa.Table, ready: Prepared, settings: Settings) -> Facing:
    """Both sides, ready to be compared."""
    ours = read_records(records)
    theirs = replace(ready.items, identifiers=identifiers_of(ready.items, settings.identifier, ours.id))
    common = Common.of(ours, theirs)
    lexicon = build(ready.words, ours, settings.vocabulary)
    kinds = record_kinds(ours, lexicon, ready.reader)
    finder = blocker(ours, theirs, lexicon, common, kinds, ready.kinds, ready.tree, settings)

    def part(first: int, last: int) -> Pairs:
        asked = asking(first, last, ours, lexicon)
        return pair_features(
            finder.pairs(asked), asked, ours, theirs, lexicon, common, kinds, ready.kinds, settings
        )

    return Facing(ours, theirs, part)
