"""What reconciliation is told: thresholds, vocabulary and the trained model, all of it versioned data."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from heritage.reconcile.model import Additive
from heritage.reconcile.text import fold


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of thing: the words that name it, the classes that are it."""

    words: frozenset[str]
    classes: frozenset[str]
    part: bool = False
    """A thing that usually belongs to a larger one: a wall, a gate, an altar."""
    broad: bool = False
    """A place or region inside which the other kinds stand."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Generic words of many languages, kinds of things, and classes that no record ever describes."""

    generic: frozenset[str]
    kinds: dict[str, Kind]
    never: dict[str, str]

    @classmethod
    def parse(cls, content: Mapping[str, Any]) -> "Vocabulary":
        """From the mapping of `words.yaml`."""
        generic = {
            token for words in content["generic"].values() for w in words for token in fold(str(w)).split()
        }
        kinds = {
            name: Kind(
                frozenset(folded for word in kind["words"] if (folded := fold(word))),
                frozenset(kind["classes"]),
                bool(kind.get("part", False)),
                bool(kind.get("broad", False)),
            )
            for name, kind in content["kinds"].items()
        }
        return cls(frozenset(generic), kinds, dict(content["never"]))


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can change a decision. `identifier` is the register's property on items, if it has one."""

    vocabulary: Vocabulary
    pair_model: Additive
    rival_model: Additive
    digest: str
    """Of everything these settings were read from, an input of every reconciliation."""
    match: float
    """Least probability of an automatic match."""
    low_bar: float
    """A record none of whose candidates reaches this is new."""
    claim: float
    """A record claims an item from this probability on; two claims send both to review."""
    rival: float
    """For a name without a place: no other item or record may reach this pair probability."""
    distinctive: float
    """Nats of matched words from which a name without a place is distinctive."""
    named: float
    """Share of the municipality's name that must stand on the item."""
    like_name: float
    """Similarity below which two names disagree."""
    disagree_m: float
    """Metres beyond which two places disagree."""
    near_m: float
    """Candidates by place are looked for at least this far,"""
    far_m: float
    """and at most this far, for rough points."""
    nearest_items: int
    similar_names: int
    same_name_items: int
    """A name that more items carry than this finds none of them by itself."""
    shown: int
    """Candidates kept for a person."""
    same_countries: tuple[frozenset[str], ...] = ()
    identifier: str | None = None
