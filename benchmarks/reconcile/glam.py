"""Museums, libraries and archives: names of organisations, several in a town, mostly without places.

What is in it, and why. The shares follow the list of 3,074 German libraries in the labelled sets (28 % of its
names equal the item's, 34 % are contained, 38 % differ; no item has a place) and the French museum list (44 %
of the museums share their town with another, 18 % their name with another town's):

- 25 % of the records have no item.
- Towns: 60 % with 1 to 3 houses, 30 % with 3 to 8, 10 % with 12 to 40 of which up to ten are branches of the
  library, so that a main house and its branches have to be told apart.
- 50 % of the records carry the item's own name once the town is put aside, 27 % another form of it
  ("Bibliothek des Landgerichts", "Landgericht. Bibliothek"), 10 % a legal form or a word more (e.V.), 5 % a
  former name, which the item has as an alias in six cases of ten, 5 % nothing but the kind of house
  ("Bibliothek"), 3 % a slip.
- 20 % of the words that can be are written short or written out (Öff., u., ue for ü).
- The label names the town for 93 % of the items called by nothing but what they are (Heimatmuseum) and 65 %
  of the others, a description that does stands on 30 % of these items and 85 % of the rest; the names of 30 %
  of the records do. 97 % of the records have a municipality, in every tenth town with an addition
  (Neustadt/Wied).
- 10 % of the items have the other form as an alias. 25 % of the records and 35 % of the items have a point.
- 90 % of the items have a class, 50 % of the records.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import yaml
from files import Files, point, texts
from language import Language, Place, language
from spelling import abbreviated, slipped
from world import moved

CLASSES = {"library": "Q7075", "museum": "Q33506", "archive": "Q166118", "gallery": "Q1007870"}
FORMER = 0.05


@cache
def houses() -> dict[str, Any]:
    return dict(yaml.safe_load(Path(__file__).with_name("glam.yaml").read_text(encoding="utf-8")))


@dataclass(slots=True)
class House:
    """One museum, library or archive; names stand without the town."""

    language: Language
    place: Place
    municipality: str
    kind: str
    name: str
    other: str
    plain: bool
    """Whether the name says nothing but what kind of house it is."""
    former: str
    luck: float
    """A draw that both sides see."""
    lat: float
    lon: float


class Glam:
    absent = 0.25

    def __init__(self, languages: list[str]) -> None:
        if unknown := [code for code in languages if code not in houses()]:
            raise ValueError(f"no houses in {', '.join(unknown)}; there are {', '.join(houses())}.")
        self.languages = [language(code) for code in languages]

    def settlements(self, rng: Random) -> Iterator[list[House]]:
        while True:
            yield town(rng.choice(self.languages), rng)

    def item(self, house: House, rng: Random, _: Files) -> dict[str, Any]:
        code = house.language.code
        named = rng.random() < (0.93 if house.plain else 0.65)
        label = placed(house, house.name, rng) if named else house.name
        aliases = [house.other] if house.other != house.name and rng.random() < 0.1 else []
        aliases += [house.former] if house.luck < FORMER * 0.6 else []
        form = houses()[code]["described"][house.kind]
        told = (
            form.format(house.place.name.own, house.place.inside.own)
            if rng.random() < (0.3 if named else 0.85)
            else ""
        )
        return {
            "labels": texts(code, label),
            "aliases": texts(code, *aliases),
            "descriptions": texts(code, told),
            "points": [point(house.lat, house.lon)] if rng.random() < 0.35 else [],
            "classes": [CLASSES[house.kind]] if rng.random() < 0.9 else [],
            "country": house.language.country,
        }

    def record(self, house: House, rng: Random) -> dict[str, Any]:
        code = house.language.code
        name = abbreviated(self._name(house, rng), houses()[code]["short"], rng, 0.2)
        if rng.random() < 0.3:
            name = placed(house, name, rng)
        row: dict[str, Any] = {
            "kind": "glam",
            "name": name,
            "lang": code,
            "names": texts(code, name),
            "country": house.language.country,
            "municipality": house.municipality if rng.random() < 0.97 else None,
            "class_item": CLASSES[house.kind] if rng.random() < 0.5 else None,
        }
        if rng.random() < 0.25:
            row |= point(*moved(house.lat, house.lon, rng.gauss(0, 60), rng.gauss(0, 60)))
        return row

    def _name(self, house: House, rng: Random) -> str:
        draw = rng.random() * (1 - FORMER)
        if house.luck < FORMER:
            return house.former
        if draw < 0.5:
            return house.name
        if draw < 0.77:
            return house.other
        if draw < 0.87:
            return str(rng.choice(houses()[house.language.code]["legal"])).format(house.name)
        return PLAIN[house.language.code][house.kind] if draw < 0.92 else slipped(house.name, rng)


PLAIN = {
    "de": {"library": "Bibliothek", "museum": "Museum", "archive": "Archiv", "gallery": "Galerie"},
    "en": {"library": "Library", "museum": "Museum", "archive": "Archives", "gallery": "Gallery"},
    "fr": {"library": "Bibliothèque", "museum": "Musée", "archive": "Archives", "gallery": "Galerie"},
    "pl": {"library": "Biblioteka", "museum": "Muzeum", "archive": "Archiwum", "gallery": "Galeria"},
}


def town(tongue: Language, rng: Random) -> list[House]:
    """All houses of one town; each name stands in it once."""
    words = houses()[tongue.code]
    place, (lat, lon) = tongue.place(rng), tongue.point(rng)
    draw = rng.random()
    count = rng.randint(1, 3) if draw < 0.6 else rng.randint(3, 8) if draw < 0.9 else rng.randint(12, 30)
    municipality = place.name.own
    if rng.random() < 0.1:
        municipality = rng.choice(words["beside"]).format(municipality, tongue.place(rng).name.own)
    made: dict[str, House] = {}
    library = ""

    def stand(kind: str, name: str, other: str, plain: bool) -> None:
        former = rng.choice(words["former"]).format(family=rng.choice(tongue.families).own)
        at = moved(lat, lon, rng.gauss(0, 900), rng.gauss(0, 900))
        if name not in made:
            made[name] = House(
                tongue, place, municipality, kind, name, other, plain, former, rng.random(), *at
            )

    once: set[str] = set()
    for sort in rng.choices(words["kinds"], [sort["weight"] for sort in words["kinds"]], k=count):
        if sort.get("once") and sort["kind"] in once:
            continue
        name, other = _two(sort["forms"], _parts(tongue, rng), rng)
        stand(sort["kind"], name, other, "once" in sort)
        if sort.get("once"):
            once.add(sort["kind"])
            library = library or (name if sort["kind"] == "library" else "")
    if library and count >= 12:
        for district in rng.sample(words["districts"], rng.randint(3, 10)):
            stand(
                "library", *_two(words["branch"], {"main": library, "district": district}, rng), plain=False
            )
    return list(made.values())


def _parts(tongue: Language, rng: Random) -> dict[str, str]:
    words = houses()[tongue.code]
    institute, of, abbreviation = rng.choice(words["institutes"]).split("|")
    return {
        "institute": institute,
        "of_institute": of,
        "abbreviation": abbreviation,
        "theme": rng.choice(words["themes"]),
        "family": rng.choice(tongue.families).own,
        "saint": rng.choice(tongue.saints).own,
    }


def _two(forms: list[str], parts: dict[str, str], rng: Random) -> tuple[str, str]:
    first = 0 if rng.random() < 0.6 else rng.randrange(len(forms))
    return forms[first].format(**parts), forms[(first + 1) % len(forms)].format(**parts)


def placed(house: House, name: str, rng: Random) -> str:
    """The name with the town, as the language puts it."""
    form = rng.choice(houses()[house.language.code]["town"])
    return str(form.format(name=name, place=house.place.name.own, **{"in": house.place.inside.own}))
