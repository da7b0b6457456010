# ruff: noqa: E501, SIM905
"""A synthetic register and a synthetic multilingual index of any size.

Nothing in it is a real place. Seven languages in four scripts; villages with churches, manors, mills, their
walls and rectories; namesakes all over the map; labels in the language of the place, in English, or both.
The register writes the names its own way: words left out or in another order, abbreviations, slips of the
pen, other spellings of foreign sounds, points that are rough, missing or wrong. Three records in ten have no
item.
"""

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from anyascii import anyascii
from files import Files, point, texts

PER_VILLAGE = 12
"""Things in one village, on average."""
ABSENT = 0.3
SEED = 5
"""The seed of the set that all published figures are about."""

LANGUAGES: dict[str, dict[str, Any]] = {
    "en": {
        "box": (50.5, 54.5, -4, 1), "country": "Q145", "of": "{kind} of {saint}, {place}",
        "begin": "Ash Bur Cold Dun East Fox Gars Hare Ick Kirk Laner Maple Nun Oxen Pen Quar Rest Sud Tatter Wolver Brad Chel Hin Lyd Mar Nor Sel Thorn Up Wick".split(),
        "middle": ["", "", "en", "er", "ing", "le", "hamp", "bourn", "minster"],
        "end": "ton ham field bury ford ley worth cote stead wick mouth combe thorpe by".split(),
        "kinds": ["Church", "Chapel", "Castle", "Manor", "Mill", "Bridge", "Museum", "Library", "Abbey", "Tower"],
        "parts": ["Churchyard Wall", "Rectory", "Gatehouse", "Barn", "Lychgate"],
        "saints": ["St Mary", "St John", "St Peter", "All Saints", "Holy Trinity", "St Michael", "St Nicholas", "St Andrew", "St James", "St Oswald"],
    },
    "de": {
        "box": (48, 53.5, 7, 13.5), "country": "Q183", "of": "{kind} {saint} ({place})",
        "begin": "Alten Bären Düren Eichen Fürsten Grün Hohen Immen Königs Langen Mühl Neuen Ober Rosen Schön Tiefen Unter Wald Zeller Birken Buchen Dorn Gers Hers Kalt".split(),
        "middle": ["", "", "", "s", "er", "el", "en"],
        "end": "dorf heim hausen bach berg feld stadt burg brück ingen wald furt roda kirchen".split(),
        "kinds": ["Kirche", "Kapelle", "Schloss", "Gutshaus", "Mühle", "Brücke", "Museum", "Bibliothek", "Kloster", "Turm"],
        "parts": ["Kirchhofmauer", "Pfarrhaus", "Torhaus", "Scheune", "Stadttor"],
        "saints": ["St. Marien", "St. Johannes", "St. Peter", "Allerheiligen", "Dreifaltigkeit", "St. Michael", "St. Nikolai", "St. Andreas", "St. Jakobi", "St. Kilian"],
    },
    "fr": {
        "box": (44, 49.5, -1, 6), "country": "Q142", "of": "{kind} {saint} de {place}",
        "begin": "Aubi Bel Char Dam Évr Font Grand Haut Lou Mont Neuv Orl Pont Roche Saul Vill Brée Châtel Coul Ferr Gisl Mar Noy Plan".split(),
        "middle": ["", "", "e", "en", "er", "ign", "ou"],
        "end": "ville court igny ac ières eaux y lès mont val bourg champ fontaine".split(),
        "kinds": ["Église", "Chapelle", "Château", "Manoir", "Moulin", "Pont", "Musée", "Bibliothèque", "Abbaye", "Tour"],
        "parts": ["Mur du cimetière", "Presbytère", "Porterie", "Grange", "Portail"],
        "saints": ["Sainte-Marie", "Saint-Jean", "Saint-Pierre", "Toussaint", "Sainte-Trinité", "Saint-Michel", "Saint-Nicolas", "Saint-André", "Saint-Jacques", "Saint-Rémi"],
    },
    "pl": {
        "box": (50, 54, 15, 23), "country": "Q36", "of": "{kind} {saint} w {place}",
        "begin": "Biał Brzoz Czarn Dąbr Gród Jas Kam Lip Łęk Mal Now Ostr Piask Rud Sok Star Świer Wierz Zał Żuk Boż Chmiel Dział Gołę".split(),
        "middle": ["", "", "ow", "in", "ecz", "an"],
        "end": "owo ice ów no iec yn ków in ka any sk ówka".split(),
        "kinds": ["Kościół", "Kaplica", "Zamek", "Dwór", "Młyn", "Most", "Muzeum", "Biblioteka", "Klasztor", "Wieża"],
        "parts": ["Mur cmentarny", "Plebania", "Brama", "Spichlerz", "Dzwonnica"],
        "saints": ["św. Marii", "św. Jana", "św. Piotra", "Wszystkich Świętych", "Trójcy Świętej", "św. Michała", "św. Mikołaja", "św. Andrzeja", "św. Jakuba", "św. Wojciecha"],
    },
    "uk": {
        "box": (47, 51, 24, 36), "country": "Q212", "of": "{kind} {saint}, {place}",
        "begin": "Біл Велик Гай Добр Жовт Зел Іван Камʼян Лис Мал Нов Орл Петр Рад Стар Тер Яблун Чорн Шев Щас Глин Круг".split(),
        "middle": ["", "", "ов", "ен", "ин", "ич"],
        "end": "івка ськ ці не град ове піль нці ани ик нівці".split(),
        "kinds": ["Церква", "Каплиця", "Замок", "Садиба", "Млин", "Міст", "Музей", "Бібліотека", "Монастир", "Вежа"],
        "parts": ["Мур цвинтаря", "Плебанія", "Брама", "Комора", "Дзвіниця"],
        "saints": ["Святої Марії", "Святого Івана", "Святого Петра", "Всіх Святих", "Святої Трійці", "Архангела Михаїла", "Святого Миколая", "Святого Андрія", "Святого Якова", "Покрови"],
    },
    "ka": {
        "box": (41.3, 43, 41.8, 46), "country": "Q230", "of": "{place}ს {saint} {kind}",
        "begin": "ახალ ბოლ გორ დიდ ზემო კასპ ლაგ მარტ ნაქალ ოზურ ჟინ სამ ტყ ფარ ქვემ ჩოხ ხობ ჯვარ".split(),
        "middle": ["", "", "ა", "ი", "უ", "ებ"],
        "end": "ისი ეთი ური ქალაქი თავი წყარო ული აანი ევი ხევი".split(),
        "kinds": ["ეკლესია", "სამლოცველო", "ციხე", "სასახლე", "წისქვილი", "ხიდი", "მუზეუმი", "ბიბლიოთეკა", "მონასტერი", "კოშკი"],
        "parts": ["გალავანი", "სახლი", "კარიბჭე", "ბეღელი", "სამრეკლო"],
        "saints": ["წმინდა მარიამის", "წმინდა იოანეს", "წმინდა პეტრეს", "ყველაწმინდა", "წმინდა სამების", "მთავარანგელოზის", "წმინდა ნიკოლოზის", "წმინდა ანდრიას", "წმინდა იაკობის", "წმინდა გიორგის"],
    },
    "el": {
        "box": (37, 41, 21, 25), "country": "Q41", "of": "{kind} {saint}, {place}",
        "begin": "Αγρ Βασιλ Γαλ Δρυ Ελαι Θερμ Καλ Λευκ Μεγαλ Νε Παλαι Ροδ Σταυρ Τρι Φιλ Χαλ Ξηρ Πλατ".split(),
        "middle": ["", "", "ο", "αν", "ικ", "ιν"],
        "end": "χώρι πολη νερο κάμπος ιά άδα ες ώνα βούνι τόπι".split(),
        "kinds": ["Ναός", "Παρεκκλήσι", "Κάστρο", "Αρχοντικό", "Μύλος", "Γέφυρα", "Μουσείο", "Βιβλιοθήκη", "Μονή", "Πύργος"],
        "parts": ["Τείχος", "Κατοικία ιερέα", "Πύλη", "Αποθήκη", "Καμπαναριό"],
        "saints": ["Αγίας Μαρίας", "Αγίου Ιωάννη", "Αγίου Πέτρου", "Αγίων Πάντων", "Αγίας Τριάδας", "Ταξιαρχών", "Αγίου Νικολάου", "Αγίου Ανδρέα", "Αγίου Ιακώβου", "Αγίου Δημητρίου"],
    },
}  # fmt: skip
LANGUAGE_CODES = list(LANGUAGES)
CLASSES = [
    "Q16970",
    "Q108325",
    "Q23413",
    "Q879050",
    "Q44494",
    "Q12280",
    "Q33506",
    "Q7075",
    "Q44613",
    "Q12518",
]
PART_CLASSES = ["Q42948", "Q607241", "Q53060", "Q131596", "Q200334"]
RELIGIOUS = {0, 1, 8}
SHORT = {
    "St ": "Saint ",
    "St. ": "Sankt ",
    "św. ": "świętego ",
    "Saint-": "St ",
    "Святого ": "Св. ",
    "Αγίου ": "Αγ. ",
}
LOOSE = {"k'": "k", "t'": "t", "ts": "c", "kh": "h", "gh": "g", "sh": "s", "ch": "c", "y": "i", "ou": "u"}


KIND_SHARES = np.cumsum([0.28, 0.1, 0.06, 0.1, 0.14, 0.08, 0.06, 0.06, 0.04, 0.08])


def one_of(rng: np.random.Generator, words: list[str]) -> str:
    """What `rng.choice` draws, without turning the words into an array each time."""
    return words[int(rng.integers(0, len(words)))]


class Village:
    """A village with the things in it, each (name, label in English, class, metres north, metres east)."""

    __slots__ = ("lang", "lat", "lon", "name", "rng", "things")

    def __init__(self, seed: int, number: int) -> None:
        self.rng = rng = np.random.default_rng([seed, number])
        self.lang = LANGUAGE_CODES[number % len(LANGUAGE_CODES)]
        facts = LANGUAGES[self.lang]
        south, north, west, east = facts["box"]
        self.lat, self.lon = rng.uniform(south, north), rng.uniform(west, east)
        self.name = self._compound(facts)
        count = 1 + int(rng.poisson(PER_VILLAGE - 1))
        self.things: list[tuple[str, str, str, float, float]] = []
        taken = set()
        for _ in range(count):
            thing = self._thing(facts)
            if thing[0] not in taken or rng.random() < 0.03:
                self.things.append(thing)
                taken.add(thing[0])

    def _compound(self, facts: dict[str, Any]) -> str:
        return "".join(one_of(self.rng, facts[part]) for part in ("begin", "middle", "end"))

    def _thing(self, facts: dict[str, Any]) -> tuple[str, str, str, float, float]:
        rng, english = self.rng, LANGUAGES["en"]
        kind = int(KIND_SHARES.searchsorted(rng.random(), side="right"))
        saint = int(rng.integers(10))
        place, latin = self.name, romanised(self.name)
        if rng.random() < 0.12:
            part = int(rng.integers(5))
            name = f"{facts['parts'][part]} {place}"
            label = f"{english['parts'][part]}, {latin}"
            of = PART_CLASSES[part]
        elif kind in RELIGIOUS:
            name = facts["of"].format(kind=facts["kinds"][kind], saint=facts["saints"][saint], place=place)
            label = f"{english['saints'][saint]}'s {english['kinds'][kind]}, {latin}"
            of = CLASSES[kind]
        else:
            proper = self._compound(facts) if rng.random() < 0.6 else place
            number = f" {rng.integers(1, 5)}" if rng.random() < 0.08 else ""
            name = f"{facts['kinds'][kind]} {proper}{number}"
            label = f"{romanised(proper)} {english['kinds'][kind]}{number}"
            of = CLASSES[kind]
        north, east = rng.normal(0, 900, 2)
        return name, label, of, float(north), float(east)


@lru_cache(maxsize=10_000)
def romanised(name: str) -> str:
    return anyascii(name).replace("'", "").title() if not name.isascii() else name


def at(village: Village, north: float, east: float) -> tuple[float, float]:
    return village.lat + north / 111_195, village.lon + east / (111_195 * np.cos(np.radians(village.lat)))


def items_of(village: Village, rng: np.random.Generator) -> Iterator[dict[str, Any]]:
    for name, label, of, north, east in village.things:
        labels, aliases = [], []
        draw = rng.random()
        if village.lang == "en" or draw < 0.25:
            labels = texts("en", label)
        elif draw < 0.7:
            labels = texts(village.lang, name) + texts("en", label)
        else:
            labels = texts(village.lang, name)
        if rng.random() < 0.15:
            aliases = [{"lang": village.lang, "text": name.replace(village.name, "").strip(" ,()")}]
        lat, lon = at(village, north + rng.normal(0, 40), east + rng.normal(0, 40))
        yield {
            "labels": labels,
            "aliases": aliases,
            "points": [point(lat, lon)] if rng.random() < 0.88 else [],
            "classes": [of] if rng.random() < 0.9 else [],
            "country": LANGUAGES[village.lang]["country"],
        }


def record_of(village: Village, thing: int, rng: np.random.Generator) -> dict[str, Any]:
    """The thing as a register would write it."""
    name, _, of, north, east = village.things[thing]
    if rng.random() < 0.3 and rng.random() < 0.7:
        name = name.replace(f"({village.name})", "").replace(village.name, "").strip(" ,")
    for short, full in SHORT.items():
        if short in name and rng.random() < 0.35:
            name = name.replace(short, full)
    if rng.random() < 0.15:
        words = name.replace(",", "").split()
        name = " ".join(words[1:] + words[:1])
    if village.lang in ("uk", "ka", "el") and rng.random() < 0.15:
        name = anyascii(name)
        for sound, other in LOOSE.items():
            if rng.random() < 0.5:
                name = name.replace(sound, other)
    if rng.random() < 0.15 and len(name) > 5:
        k = int(rng.integers(1, len(name) - 2))
        swapped = name[:k] + name[k + 1] + name[k] + name[k + 2 :]
        name = swapped if rng.random() < 0.5 else name[:k] + name[k + 1 :]
    row: dict[str, Any] = {
        "kind": "monument",
        "name": name,
        "lang": village.lang,
        "names": texts(village.lang, name),
        "country": LANGUAGES[village.lang]["country"],
        "municipality": village.name if rng.random() < 0.75 else None,
        "class_item": of if rng.random() < 0.4 else None,
    }
    draw, spread = rng.random(), 60.0
    if draw < 0.82:
        digits = 5
        if draw < 0.08:
            spread, digits = 700.0, 2
        elif draw < 0.1:
            spread = 20_000.0
        lat, lon = at(village, north + rng.normal(0, spread), east + rng.normal(0, spread))
        row |= point(float(lat), float(lon), digits)
    return row


def write(folder: Path, records: int, items: int, seed: int, identifiers: float) -> None:
    """So many records, and items to the end of the village in which there are enough. The records without an
    item stand in villages of their own, after those of the items."""
    share = records * (1 - ABSENT) / items
    with Files(folder, identifiers, seed) as files:
        number = 0
        while files.items < items or files.records < records:
            village = Village(seed, number)
            dealt = np.random.default_rng([seed + 3, number])
            number += 1
            there = files.items < items
            rows = (
                list(items_of(village, np.random.default_rng([seed + 1, files.next_item]))) if there else []
            )
            for thing in range(len(village.things)):
                asked = files.records < records and dealt.random() < (share if there else 1.0)
                if asked:
                    rng = np.random.default_rng([seed + 2, int(files.next_record_id)])
                    files.pair(record_of(village, thing, rng), rows[thing] if there else None)
                elif there:
                    files.item(rows[thing])
