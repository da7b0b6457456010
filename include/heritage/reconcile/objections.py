"""What forbids an automatic match, whatever the probability (domain rules, section 6)."""

from collections.abc import Mapping
from enum import IntFlag

import numpy as np

from heritage.reconcile.features import Pairs
from heritage.reconcile.kinds import kind_reader
from heritage.reconcile.rivals import twins
from heritage.reconcile.settings import Settings
from heritage.reconcile.sides import Items
from heritage.reconcile.text import Flags, Floats, Ints

Leads = Mapping[str, Floats]


class Objection(IntFlag):
    """Why a person has to look; several may hold."""

    OTHER_IDENTIFIER = 1
    """The item carries another value of the register's identifier."""
    NOT_A_THING = 2
    """The item is a disambiguation page, a category, a person, a street, an event, an organisation."""
    WHOLE_AND_PART = 4
    """One side names a part (a wall, a gate) that the other does not."""
    OTHER_KIND = 8
    """Both sides say what they are, and it is not the same."""
    NAME_ALONE = 16
    """No place on one side, and the name is not distinctive or something else comes near it."""
    NUMBERS_DIFFER = 32
    """Number 3 is not number 4."""
    IDENTIFIER_ALONE = 64
    """The identifier agrees while name, kind and place all disagree."""
    IDENTIFIER_TWICE = 128
    """Several items, or several records, carry this identifier."""
    COMMON_NAME = 512
    """The name is common, and it is not the very same name right there (or, without a place, all of it)."""
    OTHER_COUNTRY = 4096
    """The countries are known on both sides and are not the same; nor is it the very same spot."""
    OTHER_TOWN = 8192
    """Without a place: the item's name names the municipality of another record."""
    OTHER_ITEM_NEAR = 1024
    """Another item is nearly as likely."""
    FAR_AWAY = 2048
    """The places are known on both sides and lie too far apart."""
    PLACE_ALONE = 256
    """The names have nothing in common: nearness alone never decides."""


def objections(
    pairs: Pairs,
    leads: Leads,
    final: Floats,
    same: Flags,
    items: Items,
    settings: Settings,
    *,
    by_name: bool,
) -> Ints:
    """Objection flags of each pair; `same` tells the pairs whose identifier agrees, `by_name` whether a name
    alone may decide."""
    columns, reader = pairs.columns, kind_reader(settings.vocabulary)
    one_sided = pairs.one_sided_kinds
    known = (pairs.record_kinds != 0) & (pairs.item_kinds != 0)
    part = ((one_sided & reader.part) != 0) | (known & ((one_sided & reader.known_part) != 0))
    own_class = pairs.same_class
    other_kind = (columns["kind"] < 0) & ~own_class
    like = (columns["words"] >= settings.like_name) | (columns["spelling"] >= settings.like_name)
    sure = same & like
    likely = final >= settings.rival
    some_name = (columns["words"] >= settings.some_name) | (columns["spelling"] >= settings.some_name)
    placed = ~np.isnan(pairs.distance)
    some_name &= ~placed | _own_name(pairs, settings)  # Dunmere Mill is no Dunmere Bridge
    carried = items.identifiers.start
    never = (items.never[pairs.item] != 0) & ~own_class
    another = (part | other_kind) & ~sure
    numbers_differ = (columns["numbers"] <= -1) & ~same
    twin = twins(pairs, ~(never | another | numbers_differ), settings.twin_words)
    flags = {
        Objection.OTHER_IDENTIFIER: (carried[pairs.item + 1] > carried[pairs.item]) & ~same,
        Objection.NOT_A_THING: never,
        Objection.WHOLE_AND_PART: part & ~sure,
        Objection.OTHER_KIND: other_kind & ~sure,
        Objection.NAME_ALONE: ~placed & ~same & ~(by_name & _distinctive(pairs, leads, items, settings)),
        Objection.NUMBERS_DIFFER: numbers_differ,
        Objection.IDENTIFIER_ALONE: same
        & ~like
        & (pairs.distance > settings.disagree_m)
        & ~(columns["kind"] > 0)
        & ~own_class,
        Objection.OTHER_ITEM_NEAR: ~same
        & np.where(
            placed,
            (leads["lead_over_items"] < settings.least_lead) | twin,
            (leads["lead_over_items"] < settings.clear_lead) | others(pairs.record, likely),
        ),
        Objection.COMMON_NAME: ~same & ~_certain_enough(pairs, settings),
        Objection.OTHER_COUNTRY: ~same
        & (columns["country"] < 0)
        & ~(pairs.distance <= settings.same_spot_m + pairs.allowed),
        Objection.OTHER_TOWN: ~same & ~placed & (columns["other_municipality"] >= settings.other_town),
        Objection.PLACE_ALONE: ~same & ~some_name,
        Objection.FAR_AWAY: ~same & (pairs.distance > settings.far_apart_m + pairs.allowed),
        Objection.IDENTIFIER_TWICE: same & (others(pairs.record, same) | others(pairs.item, same)),
    }
    total = np.zeros(len(pairs.record), dtype=np.int64)
    for objection, holds in flags.items():
        total[holds] |= int(objection)
    return total


def others(group: Ints, flag: Flags) -> Flags:
    """Whether another pair of the same group has the flag."""
    count = np.bincount(group, weights=flag, minlength=1)
    return np.asarray(count[group] - flag > 0)


def _own_name(pairs: Pairs, settings: Settings) -> Flags:
    """Enough of the record's own name on the item: a good share; or distinctive words while nothing rare is
    missing on both sides; or all but generic words, where the kind is the same (a farm is a farmhouse)."""
    columns = pairs.columns
    least = np.where(columns["numbers"] > 0, settings.own_address, settings.own_name)
    distinctive = columns["own_information"] >= settings.distinctive
    distinctive &= columns["words_differ"] < settings.rare_word
    generic = (columns["information"] >= settings.distinctive) & (columns["kind"] > 0)
    generic &= (columns["own_words_lost"] < settings.rare_word) & (columns["kinds_lost"] == 0)
    return np.asarray((columns["own_words"] >= least) | distinctive | generic)


def _distinctive(pairs: Pairs, leads: Leads, items: Items, settings: Settings) -> Flags:
    """Rare words or the municipality named on the other side, where that says where it is at all, and nothing
    else near the name."""
    rare = pairs.columns["information"] >= settings.distinctive
    named = pairs.columns["municipality"] >= settings.named
    told = np.diff(items.contexts.start)[pairs.item] > 0
    elsewhere = told & (pairs.columns["municipality"] < settings.named)
    alone = np.minimum(leads["lead_over_items"], leads["lead_over_records"]) >= settings.clear_lead
    guessed = pairs.columns["guessed"]  # Hohenwald is not Hohenfeld
    spelled = named | (guessed < settings.guessed)
    spelled |= guessed < settings.guessed_share * pairs.columns["information"]
    address = (pairs.columns["numbers"] > 0) & ~named  # every town has a 3 High Street
    return (rare | named) & alone & spelled & ~address & ~elsewhere


def _certain_enough(pairs: Pairs, settings: Settings) -> Flags:
    """Rare words in common, or the very same name near by or in the municipality; with places compared, also
    a name that few carry."""
    columns, placed = pairs.columns, ~np.isnan(pairs.distance)
    rare = columns["information"] >= settings.distinctive
    here = (pairs.distance <= settings.same_spot_m + pairs.allowed) | (
        columns["municipality"] >= settings.named
    )
    # Goslar-Süd is not Goslar
    branch = ~placed & (columns["item_words_lost"] >= settings.rare_word)
    rare &= ~branch | (
        (columns["information"] >= settings.very_distinctive)
        & (columns["own_information"] >= settings.own_rare)
    )
    same = np.where(placed, np.fmax(columns["words"], columns["own_words"]) >= settings.same_name,
                    columns["words"] >= settings.very_same_name)  # fmt: skip
    carriers = np.fmax(columns["records_of_name"], columns["items_of_name"])
    few = (carriers <= np.log(settings.few_carriers) + 1e-9) & (
        pairs.distance <= settings.few_within_m + pairs.allowed
    )
    return np.asarray(rare | few | (same & here))
