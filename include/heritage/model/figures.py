"""Figures of a place in a text: coordinates as registers, maps and finders write them."""

import re
import unicodedata
from urllib.parse import unquote

_DECIMAL = r"(?<!\d)(?<!\d[.,])\d{1,3}[.,]\d{2,}(?!\d)(?![.,]\d)"
_PARTS = r"\d{1,3}(?:[\s.,:'′\"″°-]+\d+){1,3}[\s'′\"″]*"
_HALF = r"\d{2,5}\s?\d{2,5}(?!\d)"
_NOTATIONS = (
    r"\d\s*°",  # 53° 45' 25" N
    r"\d\s*(?:deg(?:rees?)?|degrés?|grados|gradi|graus|grader)\b",
    r"(?<!\w)\d{1,3}\s?d\s?\d{1,2}\s?[m'′]",  # 57d12m33s
    r"\d{1,2}\s?['′]\s?\d{1,2}(?:[.,]\d+)?\s?[\"″]",  # 12'33"
    rf"\b[NS]\s?{_PARTS}[,;/\s]*[EWO]\s?\d",  # N57 12.345 E18 12.345
    rf"(?<!\d){_PARTS}\s?[NS]\b.{{0,4}}\d{{1,3}}.{{0,16}}[EWO]\b",  # 57 12 33 N, 18 12 45 E
    r"(?<!\d)\d{4,6}(?:\.\d+)?\s?[NS]\W{0,4}\d{5,7}(?:\.\d+)?\s?[EWO]\b",  # 571233N 0181245E
    r"(?<!\d)(?<!\d[.,])\d{1,3}[.,]\d{4,}",  # 53.75716
    rf"{_DECIMAL}.{{1,16}}?{_DECIMAL}",  # 53.75, -1.67; lat=53.75&lon=-1.67
    r"(?<!\d)\d{1,3}\.\d+\s*[,;/]\s*-?\d{1,3}\.\d+(?!\d|\.\d)",  # 53.8, -1.7
    r"(?<![a-z])(?:lat(?:itude)?|lon(?:g(?:itude)?)?|lng)\s?[=:]\s?[-+]?\d",
    r"\bgeo:\s?-?\d|[#?&]map=\d|!3d-?\d",  # addresses of maps
    r"(?<!\d)\d{6,7}(?:[.,]\d+)?\W{1,4}(?:[a-z]{0,9}\W{1,4})?\d{6,7}(?!\d)",  # easting and northing
    r"(?<!\d)\d{3}\s\d{3}\D{1,8}\d\s\d{3}\s\d{3}(?!\d)",  # 654 321, 6 412 345
    r"\b(?:easting|northing|[xyen])\s?[=:]\s?\d{5,8}(?!\d)",
    r"\b(?:sweref|rt\s?90|utm|etrs|mgrs|ngr|osgr|osgb|geohash)\b.{0,24}?\d{3}",
    rf"(?<!\w)\d{{1,2}}\s?[C-HJ-NP-X]\s?[A-HJ-NP-Z]{{2}}\s?{_HALF}",  # MGRS: 33V WF 12345 67890
    r"(?<!\w)\d{1,2}\s?[C-HJ-NP-X]\s+\d{5,7}\W{1,4}\d{6,7}(?!\d)",  # a zone of UTM
    r"(?<!\w)[23456789CFGHJMPQRVWX]{4}(?:[23456789CFGHJMPQRVWX]{2}){0,2}\+[23456789CFGHJMPQRVWX]{2,3}(?!\w)",
    r"(?:///\s?|what3words\W*|\bw3w\W*(?:co/)?)[^\W\d_]+\.[^\W\d_]+\.[^\W\d_]+",
)
_MARKED = re.compile("|".join(_NOTATIONS), re.IGNORECASE)
_LETTERED = re.compile(
    r"\b[A-Za-z]{2}\s?\d{3,5}\s?\d{3,5}\b"  # SE 214 291
    r"|(?<!\w)[HNOST][A-HJ-Z]\s?\d{2}\s?\d{2}(?!\w)"  # of four figures: 1 km
    r"|(?<!\w)[A-HJ-Z]\s\d{3,5}\s\d{3,5}(?!\w)"  # the Irish grid
)
_MAY = re.compile(r"\d|///|what3words|w3w", re.IGNORECASE)
_ALIKE = str.maketrans({"º": "°", "˚": "°", "٫": ".", "،": ",", "−": "-", "’": "'", "”": '"'})
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")


def coordinates_in(text: str) -> bool:
    """True when the text holds coordinates that nothing else looks like.

    >>> [coordinates_in(text) for text in ("N57 12.345 E18 12.345", "33VWF1234567890", "1914-1918")]
    [True, True, False]
    """
    return _MAY.search(text) is not None and _MARKED.search(_plain(text)) is not None


def place_in(text: str) -> bool:
    """True when the text may hold coordinates, or a reference to a grid, that some numbers look like, too.

    >>> place_in("Cist SE 214 291"), coordinates_in("Cist SE 214 291")
    (True, False)
    """
    if not _MAY.search(text):
        return False
    plain = _plain(text)
    return _MARKED.search(plain) is not None or _LETTERED.search(plain) is not None


def placeless(text: str) -> str:
    """The text as it may stand in a log: without figures where it may hold a place. How they were written
    still shows.

    >>> placeless("tower at 53.757, -1.677"), placeless("Y 2013"), placeless("///filled.count.soap")
    ('tower at ##.###, -#.###', 'Y 2013', 'a place')
    """
    if not place_in(text):
        return text
    shape = re.sub(r"\d", "#", text)
    return "a place" if place_in(shape) else shape


def _plain(text: str) -> str:
    """Figures of any script and width as ASCII, and what an address writes as %2C."""
    text = unicodedata.normalize("NFKC", _UNSEEN.sub("", text.translate(_ALIKE)))
    return f"{text}\n{unquote(text)}" if "%" in text else text
