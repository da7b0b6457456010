"""What reconciliation is told: thresholds, vocabulary and the trained model, all of it versioned data."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from heritage.reconcile.model import Additive
from heritage.reconcile.text import fold

SHORTEST = 3
"""A shorter word is an abbreviation in another script. Letters count as they are written: folded, an Arabic
word loses its vowels."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of thing: the words that name it, the classes that are it."""

    words: frozenset[str]
    classes: frozenset[str]
    part: str = "no"
    """A thing that belongs to a larger one: `always` (a wall, a gate: named on one side alone,
    it says that the two differ) or `known` (a university's library: only where the other's kind is known)."""
    wide: bool = False
    """A village, a river, a society: things in it are called after it."""


@dataclass(frozen=True, slots=True, eq=False)
class Vocabulary:
    """Generic words of many languages, ways to write one word, kinds of things, classes that no record ever
    describes, and items that stand for one country."""

    common_word: float
    """Items from which on a word that so many of them have in a name says next to nothing,"""
    rare_as_common: float
    """or so many times as many as have the commonest word that is not generic: where no word repeats, none is
    known to be rare."""
    generic: frozenset[str]
    joining: frozenset[str]
    """Words after which a name goes on with what belongs to the thing."""
    alone: frozenset[str]
    """Words of kinds that mean nothing at the end of a longer word."""
    same: tuple[tuple[str, ...], ...]
    """Words that are one word written in several ways, folded."""
    kinds: dict[str, Kind]
    pages: dict[str, str]
    never: dict[str, str]
    same_countries: tuple[frozenset[str], ...]

    @classmethod
    def parse(cls, content: Mapping[str, Any]) -> "Vocabulary":
        """From the mapping of `words.yaml`."""
        kinds = {
            name: Kind(
                frozenset(
                    folded for word in kind["words"] if len(word) >= SHORTEST for folded in _spellings(word)
                ),
                frozenset(kind["classes"]),
                kind.get("part", "no"),
                kind.get("wide", False),
            )
            for name, kind in content["kinds"].items()
        }
        return cls(
            float(content["common_word"]),
            float(content["rare_as_common"]),
            _tokens(w for words in content["generic"].values() for w in words),
            _tokens(w for words in content["joining"].values() for w in words),
            _tokens(content["alone"]),
            tuple(tuple(_one_word(word) for word in words) for words in content["same"]),
            kinds,
            dict(content["pages"]),
            dict(content["never"]),
            tuple(frozenset(group) for group in content["same_countries"]),
        )


def _tokens(words: Iterable[Any]) -> frozenset[str]:
    """All single words in these, folded."""
    return frozenset(token for word in words for token in fold(str(word)).split())


def _one_word(word: Any) -> str:
    """A word folded; raises ValueError for what is several words or none."""
    folded = fold(str(word))
    if not folded or " " in folded:
        raise ValueError(f"words.yaml, same: {word!r} is not one word")
    return folded


def _spellings(word: str) -> tuple[str, ...]:
    """A word folded, and with German umlauts written out."""
    written_out = word.replace("ä", "ae").replace("ö", "oe").replace("ü", "ue")
    return fold(word), fold(written_out)


@dataclass(frozen=True, slots=True)
class Learning:
    """How weights are learned from a register itself, without labels (`unsupervised.yaml`)."""

    most_records: int
    """Records that are learned from, evenly spaced by id."""
    least_records: int
    """With any candidate; from fewer nothing is learned,"""
    least_matches: float
    """nor where fewer matches are expected."""
    rounds: int
    """Rounds after which weights that still move are not used."""
    settled: float
    """Largest move of a weight, in log-odds, from which they have settled."""
    pseudo_records: float
    """Imagined records that say nothing, spread over the levels of each comparison."""
    trust: float
    """Part of its weight that each comparison counts, as they are not quite independent."""
    match_placed: float
    match_unplaced: float
    low_bar: float
    """Thresholds that take the place of those of `Settings` with such weights."""
    levels: dict[str, tuple[float, ...]]
    """Where the levels of each comparison begin."""

    @classmethod
    def parse(cls, content: Mapping[str, Any]) -> "Learning":
        """From the mapping of `unsupervised.yaml`."""
        levels = {name: tuple(map(float, edges)) for name, edges in content["levels"].items()}
        others = {name: value for name, value in content.items() if name not in ("version", "levels")}
        return cls(levels=levels, **others)


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can change a decision; `identifier` is the register's property on items, if any."""

    vocabulary: Vocabulary
    pair_model: Additive
    rival_model: Additive
    learning: Learning
    digest: str
    """Of everything these settings were read from, an input of every reconciliation."""
    match_placed: float
    """Least probability of an automatic match where the places were compared,"""
    match_unplaced: float
    """and where one side has no place."""
    match_strict: float
    """Both in a register whose places speak against its names or for few of its records."""
    low_bar: float
    """A record none of whose candidates reaches this is new."""
    claim: float
    """A record claims an item from this probability on; two claims send both to review."""
    rival: float
    """A second item as likely as this leaves the choice to a person."""
    clear_lead: float
    """How far every other item must stay behind, and without a place every other record, in log-odds."""
    least_lead: float
    """The same where the places were compared."""
    twin_words: float
    """A second item with so little less of the name in common is as good, where its place is too."""
    other_town: float
    """Nats of another record's municipality in the item's name that, without a place, name another thing."""
    few_carriers: int
    few_within_m: float
    """A name that no more rows of either side carry is not common so near, beyond both precisions."""
    any_words: float
    """A far or unplaced item is a candidate only with this share of words in common,"""
    any_spelling: float
    """or with names spelled this much alike."""
    some_name: float
    """Similarity of names without which nearness alone would decide, which it never does."""
    own_name: float
    """Share of the record's own name, its municipality not counted, that an item with a place must have."""
    own_address: float
    """The same of a name with numbers that agree: a house is known by its street too."""
    far_apart_m: float
    """Metres beyond both precisions from which two places are two things."""
    distinctive: float
    """Nats of matched words from which a name is distinctive."""
    named: float
    """Share of the municipality's name that must stand on the item."""
    like_name: float
    """Similarity below which two names disagree."""
    rare_word: float
    """Nats of words on the item alone that, without a place, name something else: a branch, a part,"""
    very_distinctive: float
    """unless the words in common have these nats,"""
    own_rare: float
    """and these without the municipality's."""
    guessed: float
    guessed_share: float
    """Nats of words that are only spelled alike from which, without a place and without the municipality's
    name, a name decides nothing, if they are such a share of all in common."""
    names_tried: int
    """From so many matches by name alone on, the places of the register tell whether names can be trusted:"""
    names_within_m: float
    """they can if, of the items that names alone would choose, so near"""
    names_hold: float
    """lies at least such a share;"""
    names_doubted: float
    """below this one they never can;"""
    names_placed: float
    """and places speak for a register of which such a share can be compared."""
    very_same_name: float
    """Similarity from which a common name may count as the very same,"""
    same_name: float
    """or, of the record's own name, where the places were compared,"""
    same_spot_m: float
    """if no more metres than these and both precisions lie between."""
    disagree_m: float
    """Metres beyond which two places disagree."""
    near_m: float
    """Candidates by place are looked for at least this far,"""
    far_m: float
    """and at most this far, for rough points."""
    nearest_items: int
    nearest_items_rough: int
    """Nearest items looked at, where the point is exact and where it is rough,"""
    rough_m: float
    """which it is from this precision on."""
    similar_names: int
    similar_placed: int
    """Texts with words in common that are looked at closer, and items that carry them, for a record without a
    place and for one with a place."""
    read_texts: int
    """Texts with a word in common that are looked at at all, those of rare words first."""
    compared: int
    compared_placed: int
    """Candidates kept by name and place together, before they are compared in full, of records without a
    place and of those with one."""
    kept: int
    """Pairs of a record that are kept, the likeliest."""
    town_items: int
    """Items looked at that speak of the municipality of a record without a place."""
    same_name_items: int
    """Of the items that carry one name, so many are looked at."""
    shown: int
    """Candidates kept for a person."""
    identifier: str | None = None
