"""Finds in a text how a place lies to something that everybody can find, or the house in a street."""

import re
from itertools import product

from heritage.disclosure.words import fold

_TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)*")


def _words(*lines: str) -> frozenset[str]:
    return frozenset(fold(word) for line in lines for word in line.split())


_WINDS = _words(
    "north south east west nord sud syd ost øst vest vast ouest oest ovest norr soder oster vaster noord",
    "zuid oost norte sur este oeste noreste noroeste sureste suroeste l'est l'ouest północ południe",
    "wschód zachód север юг восток запад північ південь схід захід",
)
_SECOND = ("", "east", "west", "est", "ouest", "ost", "øst", "vast", "vest", "oost", "восток", "запад")
_ENDS = ("", "ern", "erly", "ward", "wards", "lich", "elijk", "en", "у", "е", "нее")
_TOWARDS = frozenset("".join(parts) for parts in product(_WINDS, _SECOND, _ENDS)) | _words(
    "n s e w ne nw se sw nne nnw ene ese sse ssw wsw wnw nv sv"
)
_AFTER_A_LENGTH = _TOWARDS | _words("est o v no so oso ono nno")
_OF = _words(
    "of from off de du des del della di do da von vom der van från fra av om for od до от au al til till",
)
_AWAY = _words(
    "from off behind beyond above below past von vom vor hinter från fra van de du des del da od от",
)
_LENGTHS = _words(
    "m km mi ft yd yds yard yards feet foot mile miles metre metres meter meters metro metros metri",
    "metrów kilometre kilometres kilometer kilometers kilometro kilometros kilometri min minute minutes м",
    "км метр метра метров метрах метри метрів километр километра километров версты верст",
)
_BESIDE = _words(
    "behind beside opposite adjoining near hinter neben gegenüber nahe derrière près cerca detrás junto",
    "frente vicino accanto dietro bakom bredvid intill nära mittemot achter naast tegenover nabij obok",
    "niedaleko возле около напротив поблизу біля",
)
_PAIRS = {
    *(("next", "to"), ("adjacent", "to"), ("close", "to"), ("in", "front")),
    *(("a", "cote"), ("en", "face"), ("ved", "siden"), ("рядом", "с")),
}
_HARM = _words(
    "total complete collapse collapsing ruin ruins ruinous destruction dereliction derelict loss being",
)
"""What near and close to may say of a condition."""
_STREET = _words(
    "street st road rd lane ln avenue ave drive dr terrace row square place court close crescent",
    "boulevard blvd highway hwy quay gardens mews parade",
)
_STREET_FIRST = _words(
    "rue avenue boulevard bd chemin impasse quai allée calle avenida avda plaza carrer via viale piazza",
    "corso rua largo travessa ulica ul ulitsa улица ул вулиця вул",
)
_STREET_ENDS = tuple(
    _words("straße gasse allee gatan gata vägen gade vej veien gate katu straat laan gracht plein weg")
)
_WORDS_OF_A_STREET = 4


def lies(text: str) -> bool:
    """True when a text says how far or in which direction of something it lies, or the number of a house.

    >>> [lies(text) for text in ("Bowl barrow 350m north west of Manor Farm", "Cave behind the chapel",
    ...  "Haus Hauptstraße 12", "North Cadbury Castle", "Ditch 3 m wide")]
    [True, True, True, False, False]
    """
    tokens = _TOKEN.findall(fold(text))
    return any(
        _length(tokens, i) or _street(tokens, i)
        if token[0].isdigit()
        else _beside(tokens, i) or _direction(tokens, i)
        for i, token in enumerate(tokens)
    )


def names_street(text: str) -> bool:
    """True when a folded part of an address is the name of a street.

    >>> [names_street(part) for part in ("chapel lane", "hauptstrasse", "newcastle", "lane")]
    [True, True, False, False]
    """
    words = text.split()
    street = len(words) > 1 and (words[-1] in _STREET or words[0] in _STREET_FIRST)
    return street or any(word.endswith(_STREET_ENDS) and word not in _STREET_ENDS for word in words)


def _length(tokens: list[str], i: int) -> bool:
    if tokens[i + 1 : i + 2] == [] or tokens[i + 1] not in _LENGTHS:
        return False
    after = tokens[i + 2 : i + 5]
    return bool(after) and (
        after[0] in _AWAY or after[0].startswith("d'") or not _AFTER_A_LENGTH.isdisjoint(after)
    )


def _beside(tokens: list[str], i: int) -> bool:
    alone = tokens[i] in _BESIDE
    if not alone and tuple(tokens[i : i + 2]) not in _PAIRS:
        return False
    return bool(after := tokens[i + 1 if alone else i + 2 :]) and after[0] not in _HARM


def _direction(tokens: list[str], i: int) -> bool:
    return tokens[i] in _TOWARDS and len(tokens) > i + 2 and tokens[i + 1] in _OF


def _street(tokens: list[str], i: int) -> bool:
    """The number before the street, in it, or after it."""
    before, after = tokens[max(0, i - _WORDS_OF_A_STREET) : i], tokens[i + 1 : i + 2 + _WORDS_OF_A_STREET]
    return (
        not _STREET.isdisjoint(after[1:])
        or not _STREET_FIRST.isdisjoint([*before, *after[:2]])
        or bool(before and before[-1].endswith(_STREET_ENDS) and before[-1] not in _STREET_ENDS)
    )
