"""A made-up country: villages one after the other, with things in them that have names and points."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import cos, radians
from random import Random

from language import WHOLES, Language, Place, Text, kinds, language

METRES = 111_195.0
"""Of one degree of latitude."""
PARTS = 0.16
"""Of the churches, castles and so on that have a part beside them."""
TOWNS = 0.04
"""Of the settlements that are towns, with five times as many things."""
NAMESAKES = 0.02
"""Of the things that would be another one's namesake in the same village, how many stay."""


@dataclass(slots=True)
class Village:
    language: Language
    place: Place
    municipality: Text
    """The village itself, or a larger place that it belongs to."""
    old_name: Text
    """What it was called before, empty if nothing else."""
    lat: float
    lon: float


@dataclass(slots=True)
class Thing:
    village: Village
    kind: str
    saint: int | None
    """The number of its saint, if the name speaks of one, so that it can be translated;"""
    proper: Text
    """else the name of an estate, a family or an address in it, if any,"""
    whole: "Thing | None"
    """and what it is a part of."""
    name: Text
    """Without the village."""
    other: Text
    """The same name in another form, or the same where there is only one."""
    popular: Text
    """What people call it, which has nothing in common with the name."""
    luck: float
    """A draw of 0 to 1 that both sides see, for what happens on one of them because of the other."""
    lat: float
    lon: float


def class_of(thing: Thing) -> str:
    return str(thing.village.language.facts.get("classes", {}).get(thing.kind, kinds()[2][thing.kind]))


def moved(lat: float, lon: float, north: float, east: float) -> tuple[float, float]:
    """The point so many metres further."""
    return lat + north / METRES, lon + east / (METRES * cos(radians(lat)))


def villages(
    languages: list[str], rng: Random, renamed: float, least: int, mean: int
) -> Iterator[list[Thing]]:
    """Without end: each village with its things, at least and on average so many.

    `renamed` is the share of the villages that had another name before.
    """
    spoken = [language(code) for code in languages]
    town: dict[str, Text] = {}
    while True:
        tongue = rng.choice(spoken)
        place = tongue.place(rng)
        if tongue.code not in town or rng.random() < 0.25:
            town[tongue.code] = tongue.place(rng).name
        within = town[tongue.code] if rng.random() < 0.35 else place.name
        old = tongue.place(rng).name if rng.random() < renamed else Text("")
        village = Village(tongue, place, within, old, *tongue.point(rng))
        count = least + int(rng.expovariate(1 / max(mean - least, 0.1)))
        yield _things(village, count * (5 if rng.random() < TOWNS else 1), rng)


def _things(village: Village, count: int, rng: Random) -> list[Thing]:
    names, weights, _ = kinds()
    things: list[Thing] = []
    taken: set[tuple[str, str]] = set()
    for kind in rng.choices(names, weights, k=count):
        thing = _thing(village, kind, rng)
        if (identity := _identity(thing)) in taken and rng.random() >= NAMESAKES:
            continue
        taken.add(identity)
        things.append(thing)
        if kind in WHOLES and rng.random() < PARTS:
            things.append(_part(thing, rng))
    return things


def _identity(thing: Thing) -> tuple[str, str]:
    """What no two things of a village share as a rule: a dedication, an address, an estate of one kind."""
    if thing.saint is not None and thing.kind in ("church", "chapel", "monastery"):
        return "saint", str(thing.saint)
    return thing.kind, thing.proper.own or thing.name.own


def _thing(village: Village, kind: str, rng: Random) -> Thing:
    tongue = village.language
    number = min(int(rng.expovariate(0.18)), len(tongue.saints) - 1)
    estate = tongue.place(rng) if rng.random() < 0.6 else village.place
    figure = str(1 + int(rng.expovariate(1 / 25)))
    parts = {
        "saint": tongue.saints[number],
        "family": rng.choice(tongue.families),
        "street": rng.choice(tongue.streets),
        "number": Text(figure, figure),
        "place": village.place.name,
        "estate": estate.name,
        "in_estate": estate.inside,
        "of_estate": estate.of,
    }
    forms = tongue.things[kind]
    first = 0 if rng.random() < 0.6 else rng.randrange(len(forms))
    form = forms[first]
    name = form.format(**parts)
    proper = next((parts[key] for key in ("estate", "family", "street") if f"{key}}}" in form.own), Text(""))
    other = forms[(first + 1) % len(forms)].format(**parts) if _same_thing(forms, first) else name
    popular = rng.choice(tongue.things["manor"]).format(**{**parts, "estate": tongue.place(rng).name})
    spread = 250 if kind in ("house", "church", "school", "museum", "memorial") else 900
    lat, lon = moved(village.lat, village.lon, rng.gauss(0, spread), rng.gauss(0, spread))
    if kind == "house" and "{number}" in form.own:
        proper = Text(f"{proper.own} {figure}", f"{proper.latin} {figure}" if proper.latin else "")
    saint = number if "{saint}" in form.own else None
    return Thing(village, kind, saint, proper, None, name, other, popular, rng.random(), lat, lon)


def _same_thing(forms: list[Text], first: int) -> bool:
    """Whether the next form speaks of the same saint, estate, family or address."""
    named = [set(form.own.replace("{in_", "{").replace("{of_", "{").split("{")[1:]) for form in forms]
    fields = [{part.split("}")[0] for part in found} for found in named]
    return len(forms) > 1 and fields[first] == fields[(first + 1) % len(forms)] != set()


def _part(whole: Thing, rng: Random) -> Thing:
    tongue = whole.village.language
    kind = rng.choice(list(tongue.parts))
    form = tongue.parts[kind]
    lat, lon = moved(whole.lat, whole.lon, rng.gauss(0, 25), rng.gauss(0, 25))
    name, other = form.format(whole.name), form.format(whole.other)
    return Thing(
        whole.village, f"part:{kind}", None, Text(""), whole, name, other, other, rng.random(), lat, lon
    )
