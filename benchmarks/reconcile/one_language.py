"""A register and an index in the same language: how most registers meet Wikidata.

What is in it, and why. The shares were set from how names stand in real registers, before any matcher ran:

- 20 % of the records have no item; in the registers that volunteers have worked on it is 10 to 30 %.
- Of the others 3 % are called something else altogether, which the item knows as an alias half of the time;
  75 % carry the item's own name once capitals and town are put aside (items were often made from the very
  register), 12 % the same name in another form (Church of St Mary, St Mary's Church), 7 % have words more
  (former, ruins, "and attached railings": every third entry of an English council has an "and"), 3 % a slip.
  A name that has only one form stays as it is.
- 8 % are in capitals, where the script has them (whole registers are); 15 % of the short words are written
  out or the other way.
- The label names the village for half of the items, the record's name for 12 % of the records (7 % in an
  Indian register, 9 % in a French one). 92 % of the records give the municipality, which for a third of the
  villages is a larger place. Half of the items have a description that names village and municipality, and
  all of those that neither lie anywhere nor name their village in the label. 85 % of the items stand in their
  municipality, whose name the index holds as context.
- 96 % of the records have a point: of these 84 % within about 30 m, 8 % in the middle of the village (12 % of
  the Indian points are shared), 5 % rounded to two decimals, 2 % off by about 500 m, 1 % 5 to 50 km off. A
  record without a point gives its municipality. 96 % of the items have a point, half a percent of them wrong.
- A quarter of the things are houses that only their number tells apart; war memorials, wayside crosses and
  "Heimatmuseum" stand in every village under the same name; 2 % of the doubled names inside a village stay;
  one in six churches, castles or manors has a wall, a gate, a barn or a house of its own beside it, and
  either may be missing in the index.
- 95 % of the items have a class, 50 % of the records a class mapped from their type.
"""

from collections.abc import Iterator
from random import Random
from typing import Any

from files import Files, point, texts
from spelling import abbreviated, slipped
from world import Thing, Village, class_of, moved, villages

CALLED_OTHERWISE = 0.03
"""Of the records, by a name that the item has as an alias half of the time."""
NO_CAPITALS = ("ka", "ar")


class OneLanguage:
    absent = 0.2

    def __init__(self, languages: list[str]) -> None:
        self.languages = languages

    def settlements(self, rng: Random) -> Iterator[list[Thing]]:
        return villages(self.languages, rng, renamed=0.0, least=3, mean=11)

    def item(self, thing: Thing, rng: Random, files: Files) -> dict[str, Any]:
        village = thing.village
        code, name = village.language.code, thing.name.own
        label = with_town(thing, name, rng) if rng.random() < 0.5 else name
        points = [point(*self._item_point(thing, rng))] if rng.random() < 0.96 else []
        described = rng.random() < 0.5 or not (points or village.place.name.own in label)
        aliases = [thing.popular.own] if thing.luck < CALLED_OTHERWISE / 2 else []
        if thing.other.own != name and rng.random() < 0.12:
            aliases.append(thing.other.own)
        return {
            "labels": texts(code, label),
            "aliases": texts(code, *aliases),
            "descriptions": texts(code, description(village) if described else ""),
            "points": points,
            "classes": [class_of(thing)] if rng.random() < 0.95 else [],
            "admin": [files.area(code, village.municipality.own)] if rng.random() < 0.85 else [],
            "country": village.language.country,
        }

    def record(self, thing: Thing, rng: Random) -> dict[str, Any]:
        village = thing.village
        tongue = village.language
        name = self._name(thing, rng)
        name = abbreviated(name, tongue.facts["short"], rng, 0.15)
        if rng.random() < 0.12:
            name = with_town(thing, name, rng)
        if rng.random() < 0.08 and tongue.code not in NO_CAPITALS:
            name = name.upper()
        placed = rng.random() < 0.96
        row: dict[str, Any] = {
            "kind": "monument",
            "name": name,
            "lang": tongue.code,
            "names": texts(tongue.code, name),
            "country": tongue.country,
            "municipality": village.municipality.own if not placed or rng.random() < 0.917 else None,
            "class_item": class_of(thing) if rng.random() < 0.5 else None,
        }
        return row | (self._point(thing, rng) if placed else {})

    def _name(self, thing: Thing, rng: Random) -> str:
        name, draw = thing.name.own, rng.random() * (1 - CALLED_OTHERWISE)
        if thing.luck < CALLED_OTHERWISE:
            return thing.popular.own
        if draw < 0.75:
            return name
        if draw < 0.87:
            return thing.other.own
        if draw < 0.94:
            return rng.choice(thing.village.language.added).own.format(name)
        return slipped(name, rng)

    def _item_point(self, thing: Thing, rng: Random) -> tuple[float, float]:
        lat, lon = moved(thing.lat, thing.lon, rng.gauss(0, 15), rng.gauss(0, 15))
        return astray(lat, lon, rng) if rng.random() < 0.005 else (lat, lon)

    def _point(self, thing: Thing, rng: Random) -> dict[str, float]:
        draw, village = rng.random(), thing.village
        if draw < 0.84:
            return point(*moved(thing.lat, thing.lon, rng.gauss(0, 30), rng.gauss(0, 30)))
        if draw < 0.92:
            return point(village.lat, village.lon)
        if draw < 0.97:
            return point(thing.lat, thing.lon, 2)
        if draw < 0.99:
            return point(*moved(thing.lat, thing.lon, rng.gauss(0, 500), rng.gauss(0, 500)))
        return point(*astray(thing.lat, thing.lon, rng))


def with_town(thing: Thing, name: str, rng: Random) -> str:
    """The name with its village, as the language puts it; as it is where the village stands in it already."""
    village = thing.village
    place = village.place
    if place.name.own in name:
        return name
    form = rng.choice(village.language.town).own
    return form.format(name=name, place=place.name.own, of=place.of.own, **{"in": place.inside.own})


def description(village: Village) -> str:
    """As Wikidata describes a protected thing: by where it stands."""
    place = village.place
    where = str(village.language.facts["described"]).format(place=place.name.own, **{"in": place.inside.own})
    within = village.municipality.own
    return where if within == place.name.own else f"{where}, {within}"


def astray(lat: float, lon: float, rng: Random) -> tuple[float, float]:
    """5 to 50 km away."""
    away = rng.uniform(5_000, 35_000)
    return moved(lat, lon, rng.choice([-1, 1]) * away, rng.choice([-1, 1]) * away)
