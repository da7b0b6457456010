"""A register of damaged heritage in a country at war: other scripts, other names, other places on the map.

What is in it, and why. Such lists are made from afar, by several hands, in several languages (EAMENA's
caravanserais: "Damghan Shah Abbasi, کاروانسرای شاه‌عباسی دامغان, CVNS-IR" in one cell); the shares are an
estimate of a bad but usable list:

- 30 % of the records have no item.
- Items: 30 % have a label in their own script alone, 45 % also one in English, 25 % in English alone. An
  English label translates the kind and the saint and spells the rest by one of the language's systems, for
  half of the items the first.
- Records: 45 % in the own script, 25 % spelled in Latin letters by any of the systems, 30 % translated into
  English, with the town spelled by any of the systems.
- 12 % of the villages have been renamed: the register still says the old name, in its names and as the
  municipality; of the items there 40 % know the old name of the village in an alias.
- 6 % are called something else altogether, which the item knows as an alias for a third of them; 10 % have
  the other form of the name; 15 % say that the thing is destroyed, damaged or former, as 6 % of the items do.
- 10 % have one or two letters as optical reading confuses them, or those of another script (Cyrillic і, Latin
  i); 6 % a slip.
- The label names the village for 60 % of the items, the name for 30 % of the records, of which 85 % have a
  municipality.
- 25 % of the records have no point; of the points 36 % lie within 100 m, 20 % in the middle of the village,
  32 % are rounded to two decimals, 8 % to one, 4 % are 5 to 50 km off. 85 % of the items have one.
- 85 % of the items have a class, 30 % of the records.
"""

from collections.abc import Iterator
from random import Random
from typing import Any

from files import Files, point, texts
from language import Text, language
from one_language import astray, with_town
from spelling import misread, slipped
from world import Thing, Village, class_of, moved, villages

RENAMED_VILLAGES = 0.12
CALLED_OTHERWISE = 0.06


class Damage:
    absent = 0.3

    def __init__(self, languages: list[str]) -> None:
        self.languages = languages

    def settlements(self, rng: Random) -> Iterator[list[Thing]]:
        return villages(self.languages, rng, renamed=RENAMED_VILLAGES, least=3, mean=9)

    def item(self, thing: Thing, rng: Random, _: Files) -> dict[str, Any]:
        village = thing.village
        tongue = village.language
        draw, name = rng.random(), thing.name.own
        if rng.random() < 0.06:
            name = rng.choice(tongue.war).own.format(name)
        town = rng.random() < 0.6
        label = with_town(thing, name, rng) if town else name
        labels = texts(tongue.code, label) if draw < 0.75 else []
        if draw >= 0.3:
            system = 0 if rng.random() < 0.5 else rng.randrange(9)
            labels += texts("en", english(thing, village.place.name if town else Text(""), system))
        aliases = [thing.popular.own] if thing.luck < CALLED_OTHERWISE / 3 else []
        if village.old_name and rng.random() < 0.4:
            aliases.append(f"{thing.name.own} ({village.old_name.own})")
        lat, lon = moved(thing.lat, thing.lon, rng.gauss(0, 40), rng.gauss(0, 40))
        return {
            "labels": labels,
            "aliases": texts(tongue.code, *aliases),
            "points": [point(lat, lon)] if rng.random() < 0.85 else [],
            "classes": [class_of(thing)] if rng.random() < 0.85 else [],
            "country": tongue.country,
        }

    def record(self, thing: Thing, rng: Random) -> dict[str, Any]:
        village = thing.village
        tongue = village.language
        lang, name, system = self._name(thing, rng)
        if rng.random() < 0.1:
            name = misread(name, rng)
        elif rng.random() < 0.06 / 0.9:
            name = slipped(name, rng)
        town = called(village) if village.municipality == village.place.name else village.municipality
        row: dict[str, Any] = {
            "kind": "at_risk",
            "name": name,
            "lang": lang,
            "names": texts(lang, name),
            "country": tongue.country,
            "class_item": class_of(thing) if rng.random() < 0.3 else None,
        }
        if rng.random() < 0.85:
            row["municipality"] = town.own if lang == tongue.code else tongue.latin(town, system)
        return row | (self._point(thing, rng) if rng.random() < 0.75 else {})

    def _name(self, thing: Thing, rng: Random) -> tuple[str, str, int]:
        """The language that the record is written in, the name, and the system of its Latin letters."""
        village = thing.village
        tongue = village.language
        text, draw, system = thing.name, rng.random(), rng.randrange(9)
        town = called(village) if rng.random() < 0.3 else Text("")
        if thing.luck < CALLED_OTHERWISE:
            text = thing.popular
        elif draw > 0.7:
            spoken = english(thing, town, system)
            return (
                "en",
                rng.choice(language("en").war).own.format(spoken) if rng.random() < 0.15 else spoken,
                system,
            )
        elif rng.random() < 0.1:
            text = thing.other
        if rng.random() < 0.15:
            text = rng.choice(tongue.war).format(text)
        if town and town.own not in text.own:
            text = Text(f"{text.own}, {town.own}", f"{text.latin}, {town.latin}" if text.latin else "")
        return (tongue.code, text.own, system) if draw < 0.45 else ("und", tongue.latin(text, system), system)

    def _point(self, thing: Thing, rng: Random) -> dict[str, float]:
        draw, village = rng.random(), thing.village
        if draw < 0.36:
            return point(*moved(thing.lat, thing.lon, rng.gauss(0, 60), rng.gauss(0, 60)))
        if draw < 0.56:
            return point(village.lat, village.lon, 4)
        if draw < 0.96:
            return point(thing.lat, thing.lon, 2 if draw < 0.88 else 1)
        return point(*astray(thing.lat, thing.lon, rng))


def called(village: Village) -> Text:
    """The village as the register knows it: by its old name, if it has one."""
    return village.old_name or village.place.name


def english(thing: Thing, town: Text, system: int) -> str:
    """The kind and the saint in English, what only a name has spelled in Latin letters."""
    tongue, words = thing.village.language, language("en")
    if thing.whole:
        name = words.parts[thing.kind.removeprefix("part:")].own.format(
            english(thing.whole, Text(""), system)
        )
    elif thing.saint is not None:
        saint = Text(tongue.facts["saints_in_english"][thing.saint])
        name = words.things[thing.kind][0].format(saint=saint, estate=saint).own
    else:
        form = tongue.facts.get("english", {}).get(thing.kind, ENGLISH[thing.kind])
        name = form.format(tongue.latin(thing.proper or thing.village.place.name, system))
    place = tongue.latin(town, system)
    return f"{name}, {place}" if place and place not in name else name


ENGLISH = {
    "castle": "{0} Castle", "manor": "{0} Palace", "mill": "{0} Mill", "bridge": "{0} Bridge",
    "house": "House at {0}", "cross": "{0} Cross", "school": "{0} School", "cemetery": "{0} Cemetery",
    "memorial": "{0} Memorial",
    "farm": "{0} Farm", "museum": "{0} Museum", "monastery": "{0} Monastery", "barrow": "{0} Mound",
    "church": "{0} Church", "chapel": "{0} Chapel",
}  # fmt: skip
