"""How made-up villages and the things in them are called, in the languages of `languages.yaml`.

Every name is held in its own script and in Latin letters; where `languages.yaml` gives no Latin spelling of
its own (Arabic has one), the Latin form is spelled by one of the language's systems when it is asked for.
"""

import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import yaml

_FILE = Path(__file__).with_name("languages.yaml")
WHOLES = ("church", "chapel", "castle", "manor", "monastery")
"""Kinds that have parts: a wall, a house beside them, a gate, a barn."""


@dataclass(frozen=True, slots=True)
class Text:
    """A name in its own script, and the Latin spelling it comes with, if any."""

    own: str
    latin: str = ""

    def format(self, *texts: "Text", **parts: "Text") -> "Text":
        return Text(
            self.own.format(*(t.own for t in texts), **{k: t.own for k, t in parts.items()}),
            self.latin.format(*(t.latin for t in texts), **{k: t.latin for k, t in parts.items()}),
        )

    def __bool__(self) -> bool:
        return bool(self.own)


def read(text: str) -> Text:
    own, _, latin = text.partition("|")
    return Text(own, latin)


@dataclass(frozen=True, slots=True)
class Place:
    """A village's name as it is called, with the forms it takes inside other names."""

    name: Text
    inside: Text
    """After a preposition ("in ...")."""
    of: Text


@dataclass(frozen=True)
class Language:
    """The words of one language; the lists of `languages.yaml` read once."""

    code: str
    facts: dict[str, Any]
    begin: list[Text] = field(init=False)
    middle: list[Text] = field(init=False)
    end: list[Text] = field(init=False)
    saints: list[Text] = field(init=False)
    families: list[Text] = field(init=False)
    streets: list[Text] = field(init=False)
    town: list[Text] = field(init=False)
    added: list[Text] = field(init=False)
    war: list[Text] = field(init=False)
    things: dict[str, list[Text]] = field(init=False)
    parts: dict[str, Text] = field(init=False)
    around: list[Text] = field(init=False)
    around_weights: list[int] = field(init=False)
    systems: list[dict[str, str]] = field(init=False)

    def __post_init__(self) -> None:
        def listed(key: str) -> list[Text]:
            value = self.facts[key]
            return [read(text) for text in (value.split() if isinstance(value, str) else value)]

        lists = ("begin", "middle", "end", "saints", "families", "streets", "town", "added", "war")
        made: dict[str, Any] = {key: listed(key) for key in lists}
        made["things"] = {k: [read(f) for f in forms] for k, forms in self.facts["things"].items()}
        made["things"]["house"] = listed("house")
        made["parts"] = {k: read(form) for k, form in self.facts["parts"].items()}
        made["around"] = [read(form) for form in self.facts["around"]]
        made["around_weights"] = list(self.facts["around"].values())
        made["systems"] = self.facts.get("systems", [])
        for key, value in made.items():
            object.__setattr__(self, key, value)

    @property
    def country(self) -> str:
        return str(self.facts["country"])

    def point(self, rng: Random) -> tuple[float, float]:
        south, north, west, east = self.facts["box"]
        return rng.uniform(south, north), rng.uniform(west, east)

    def place(self, rng: Random) -> Place:
        """A village's name; about one in six has an epithet, and short ones repeat over the map."""
        name = self._stem(rng)
        if rng.random() < 0.16:
            form = rng.choices(self.around, self.around_weights)[0]
            name = form.format(name, self._stem(rng))
        return Place(name, self.inflected(name), self.inflected(name, "genitive"))

    def _stem(self, rng: Random) -> Text:
        begin, middle, end = rng.choice(self.begin), rng.choice(self.middle), rng.choice(self.end)
        own = _smooth(begin.own + middle.own + end.own)
        latin = begin.latin + middle.latin + end.latin
        return Text(own, latin[:1].upper() + latin[1:])

    def inflected(self, name: Text, otherwise: str = "") -> Text:
        own = name.own
        endings = self.facts.get("inflect", {})
        for length in range(7, 0, -1):
            if own[-length:] in endings:
                return Text(own[:-length] + endings[own[-length:]], name.latin)
        added = self.facts.get(otherwise, "")
        return Text(own + added, name.latin)

    def latin(self, text: Text, system: int) -> str:
        """In Latin letters by one of the language's systems; languages without any are written so already."""
        source = text.latin or text.own
        if not self.systems:
            return source
        table = self.systems[system % len(self.systems)]
        spelled = _letters(frozenset(table)).sub(lambda found: _spelled(found.group(), table), source)
        return " ".join(word[:1].upper() + word[1:] for word in spelled.split(" "))


def _smooth(name: str) -> str:
    """No letter three times in a row where two parts meet, and no vowel doubled."""
    return re.sub(r"([aeiouyаеиоуіїაეიოუաեիո])\1", r"\1", re.sub(r"(.)\1\1+", r"\1\1", name))


@cache
def _letters(keys: frozenset[str]) -> re.Pattern[str]:
    ordered = sorted(keys, key=lambda k: (-len(k), k))
    return re.compile("|".join(map(re.escape, ordered)), re.IGNORECASE)


def _spelled(letters: str, table: dict[str, str]) -> str:
    small = table.get(letters, table.get(letters.lower(), letters))
    return small[:1].upper() + small[1:] if letters[:1] != letters[:1].lower() else small


@cache
def _content() -> dict[str, Any]:
    return dict(yaml.safe_load(_FILE.read_text(encoding="utf-8")))


@cache
def language(code: str) -> Language:
    """One of the languages by its code; raises ValueError for any other, with those that there are."""
    if code not in codes():
        raise ValueError(f"no language {code!r}; there are {', '.join(codes())}.")
    return Language(code, _content()[code])


def codes() -> list[str]:
    return [code for code in _content() if code not in ("kinds", "parts")]


@cache
def kinds() -> tuple[list[str], list[int], dict[str, str]]:
    """Kinds of things, how often each is met, and the class on Wikidata of things and parts."""
    content = _content()
    classes = {kind: qid for kind, (qid, _) in content["kinds"].items()}
    parts = {f"part:{kind}": qid for kind, qid in content["parts"].items()}
    return list(classes), [weight for _, weight in content["kinds"].values()], classes | parts
