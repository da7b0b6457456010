"""Which column holds what: guessed from headers and cells, each guess with what spoke for it."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from babel.core import Locale, UnknownLocaleError
from babel.languages import get_official_languages
from charset_normalizer import from_bytes

from heritage.spec.columns import ColumnWords
from heritage.steps.draft_columns import Column, scripts

_COUNTERS = {"objectid", "fid", "ogc_fid", "rowid", "feature.id", "globalid"}
_CUTS = (r"/(\d+)(?:[/?#]|$)", r"[?&](?:id|nr|ref|code)=([^&#]+)", r"/([^/?#]+)/?$")
_LONGEST_ID = 60
_MOST_TERMS = 300
_MOST_NAMES = 4
_NO_ID = r"[+-]?\d+\.\d+|\S.*\.(?:jpe?g|png|tiff?|gif|webp)"
"""Numbers with a fraction, and file names of pictures."""
_DATE = r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}.*"
_DATED = (
    r".*(?<!\d)(?:1\d|20)\d\d(?!\d).*|.*\d{1,2}[./-]\d{1,2}[./-]\d{2,4}.*|\d{12,13}"
    r"|.*\d(?:th|st|nd|rd|\.).*|.*[IVX]{2,}.*|.*(?:век|ст\.|世紀|時代).*|\[.+\]"
)
_LEAST_FILLED = 0.05
_URL = r"https?://\S+|www\.\S+"
_PICTURE = r"\S.*\.(?:jpe?g|png|tiff?|gif|webp)(?:\?\S*)?"
_SINGLE = ("type", "designation", "municipality", "address", "restriction")
_DATES = ("inception", "designated")
_SCRIPTS = {
    "GEORGIAN": "ka", "ARMENIAN": "hy", "HEBREW": "he", "ARABIC": "ar", "HIRAGANA": "ja", "KATAKANA": "ja",
    "HANGUL": "ko", "CJK": "zh", "GREEK": "el", "THAI": "th", "DEVANAGARI": "hi", "ETHIOPIC": "am",
    "CYRILLIC": "ru", "BENGALI": "bn", "TAMIL": "ta", "KHMER": "km", "MYANMAR": "my", "SINHALA": "si",
}  # fmt: skip
_NAMED_LANGUAGES = {
    "english": "en", "englisch": "en", "anglais": "en", "french": "fr", "français": "fr", "francais": "fr",
    "german": "de", "deutsch": "de", "spanish": "es", "español": "es", "russian": "ru", "arabic": "ar",
}  # fmt: skip


@dataclass(slots=True)
class Roles:
    """Keys of `record` with what spoke for each; `ignore` and `personal` hold the other columns."""

    record: dict[str, Any] = field(default_factory=dict)
    evidence: dict[str, str] = field(default_factory=dict)
    personal: list[str] = field(default_factory=list)
    used: set[str] = field(default_factory=set)
    terms: dict[str, Column] = field(default_factory=dict)

    def take(self, role: str, value: Any, column: Column | None, evidence: str) -> None:
        """A guess: the columns it names are taken."""
        self.record[role], self.evidence[role] = value, evidence
        if column is not None:
            self.used.add(column.name)


def guess_roles(
    columns: Sequence[Column], words: ColumnWords, country: str | None, taken: Iterable[str]
) -> Roles:
    """The roles of the columns; `country` is a two-letter code, `taken` are columns of the coordinates.

    Raises ValueError when no column can be the id, or none the name.
    """
    roles = Roles(used=set(taken))
    free = [c for c in columns if c.name not in roles.used and c.texts and not c.name.startswith("geometry.")]
    roles.personal = [c.name for c in free if words.speak_for("personal", c.words)]
    free = [c for c in free if c.name not in roles.personal]
    _guess_id(free, words, roles)
    _guess_names(_left(free, roles), words, country, roles)
    for role in _SINGLE:
        _guess_single(role, _left(free, roles), words, roles)
    for role in _DATES:
        _guess_date(role, _left(free, roles), words, roles)
    _guess_addresses(free, words, roles)
    return roles


def _left(columns: Sequence[Column], roles: Roles) -> list[Column]:
    return [column for column in columns if column.name not in roles.used]


def _guess_id(columns: Sequence[Column], words: ColumnWords, roles: Roles) -> None:
    def worth(column: Column) -> float:
        told = words.speak_for("id", column.words)
        plain = column.share(r"\S+")
        if max(map(len, column.texts)) > _LONGEST_ID or column.share(_NO_ID) > 0.5:
            return -9.0
        if words.speak_for("measure", column.words):
            return -9.0
        if not told and (plain < 0.9 or column.share(r"\D*") > 0.5 or column.share(_DATE) > 0.5):
            return -9.0
        counter = bool(column.words & _COUNTERS) or column.name.casefold() in _COUNTERS
        unique = column.different / max(column.rows, 1)
        return (
            2.0 * bool(told)
            + 4.0 * unique
            + plain
            - 2.0 * counter
            - 2.0 * _counts_on(column)
            - 2.0 * (column.letters > 25)
            - 0.01 * column.place
        )

    best = max(columns, key=worth, default=None)
    cut = _cut_from_address(columns)
    if best is not None and worth(best) > 3.0:
        roles.take("id", best.name, best, best.told())
        repeated = 1 - best.different / max(len(best.texts), 1)
    elif cut:
        column, pattern = cut
        roles.take("id", {"column": column.name, "extract": pattern}, column, "no column is an id; cut out")
        return
    elif best is not None and worth(best) > 1.5:
        roles.take("id", best.name, best, f"the best of bad ones: {best.told()}")
        repeated = 1 - best.different / max(len(best.texts), 1)
    else:
        raise ValueError("no column can be the id: none has texts that differ from row to row")
    if repeated > 0.02:
        roles.take("same_id", "first", None, "rows share ids; `reject` would put all of them aside")


def _counts_on(column: Column) -> bool:
    """Row numbers are no ids: another download may count otherwise."""
    numbers = [int(text) for text in column.texts[:200] if text.isdigit() and len(text) < 10]
    return (
        len(numbers) > 20 and numbers == list(range(numbers[0], numbers[0] + len(numbers))) and numbers[0] < 2
    )


def _cut_from_address(columns: Sequence[Column]) -> tuple[Column, str] | None:
    for column in columns:
        if column.share(_URL) < 0.7 or column.filled < 0.7:
            continue
        for pattern in _CUTS:
            found = [match[1] for text in column.texts if (match := re.search(pattern, text))]
            if len(set(found)) > 0.7 * column.rows:
                return column, pattern
    return None


def _guess_names(columns: Sequence[Column], words: ColumnWords, country: str | None, roles: Roles) -> None:
    def worth(column: Column) -> float:
        if column.letters < 2.5 or column.share(_URL) > 0.3 or column.share(r".{200,}") > 0.3:
            return -9.0
        spoken = bool(words.speak_for("name", column.words))
        various = column.different / max(len(column.texts), 1)
        return 3.0 * spoken + 2.0 * various + column.filled - 0.01 * column.place

    spoken = sorted((c for c in columns if words.speak_for("name", c.words) and worth(c) > 2), key=worth)
    chosen = spoken[::-1][:_MOST_NAMES] or [c for c in [max(columns, key=worth, default=None)] if c]
    if not chosen or worth(chosen[0]) < 0.5:
        raise ValueError("no column can be the name: none has words that differ from row to row")
    names: dict[str, str] = {}
    for column in chosen:
        lang = language(column, country)
        if lang not in names:
            names[lang] = column.name
            roles.used.add(column.name)
    by = "languages by header, script and country" if country else "no country found: look at the language"
    roles.take("name", names, None, f"{chosen[0].told()}; {by}")


def top_level_country(columns: Sequence[Column], address: str) -> str | None:
    """The country of the domain that most addresses stand in, the register's own among them."""
    texts = [address]
    for column in columns:
        if column.share(_URL) > 0.5:
            texts += column.texts[:200]
    domains = (re.match(r"https?://[^/]*\.([a-zA-Z]{2})(?:[:/]|$)", text) for text in texts)
    found = Counter(domain[1].lower() for domain in domains if domain).most_common(1)
    return {"uk": "gb"}.get(found[0][0], found[0][0]) if found else None


def language(column: Column, country: str | None) -> str:
    """The language of a column: of its header, else of its script, else the first of the country."""
    tokens = [word for word in re.split(r"[^A-Za-zÀ-ÿ]+", column.name) if word]
    for token in tokens:
        if token.casefold() in _NAMED_LANGUAGES:
            return _NAMED_LANGUAGES[token.casefold()]
    if len(tokens) > 1 and re.fullmatch(r"[a-z]{2}", tokens[-1].casefold()) and _is_language(tokens[-1]):
        return tokens[-1].casefold()
    script = next(scripts(column.texts), ("LATIN", 1.0))[0]
    written = {lang: _script_of(lang) for lang in _official(country)}
    fitting = [lang for lang, own in written.items() if own == script]
    if script in ("HIRAGANA", "KATAKANA", "CJK") and "ja" in written:
        return "ja"
    return fitting[0] if fitting else _SCRIPTS.get(script) or _read_language(column.texts)


def _read_language(texts: Sequence[str]) -> str:
    """The language that the letters of texts speak for; English where they speak for none."""
    best = from_bytes(" ".join(texts[:2000]).encode()).best()
    named = (best.language if best else "").casefold()
    codes = (code for code, name in Locale("en").languages.items() if name.casefold() == named)
    return next(codes, "en")


def _official(country: str | None) -> list[str]:
    """Official languages of a country, the most spoken first (CLDR)."""
    if not country:
        return []
    return [lang.split("_")[0] for lang in get_official_languages(country.upper(), de_facto=True)]


def _script_of(lang: str) -> str:
    """The script of a language, read off its own name."""
    try:
        own = Locale.parse(lang).get_display_name() or ""
    except (UnknownLocaleError, ValueError):
        return "LATIN"
    return next(scripts([own]), ("LATIN", 1.0))[0]


def _is_language(token: str) -> bool:
    try:
        Locale.parse(token.casefold())
    except (UnknownLocaleError, ValueError):
        return False
    return True


def _guess_single(role: str, columns: Sequence[Column], words: ColumnWords, roles: Roles) -> None:
    terms = role in ("type", "designation", "restriction")
    for column in sorted(columns, key=lambda c: (-c.filled, c.place)):
        told = words.speak_for(role, column.words)
        if column.filled < _LEAST_FILLED:
            continue
        if not told or column.share(r"[\d.,:/ -]+") > 0.5 or column.share(_URL) > 0.5:
            continue
        if terms and (column.different > _MOST_TERMS or column.different > 0.5 * column.rows):
            continue
        roles.take(role, column.name, column, f"{column.told()}; the header says {told[0]}")
        if role in ("type", "designation"):
            roles.terms[role] = column
        return


def _guess_date(role: str, columns: Sequence[Column], words: ColumnWords, roles: Roles) -> None:
    for column in columns:
        told = words.speak_for(role, column.words)
        if not told or column.filled < _LEAST_FILLED or column.share(_DATED) < 0.5:
            continue
        value: str | Mapping[str, str] = column.name
        if column.share(r"\d{12,13}") > 0.8:
            value = {"column": column.name, "date": "epoch_ms"}
        elif column.share(r"\d{1,2}[./-]\d{1,2}[./-]\d{2,4}.*") > 0.5:
            month_first = any(
                int(m[1]) > 12 for t in column.texts if (m := re.match(r"\d{1,2}[./-](\d{1,2})[./-]", t))
            )
            value = {"column": column.name, "date": "mdy" if month_first else "dmy"}
        roles.take(role, value, column, f"{column.told()}; the header says {told[0]}")
        return


def _guess_addresses(columns: Sequence[Column], words: ColumnWords, roles: Roles) -> None:
    for column in columns:
        if column.share(_PICTURE) > 0.5 and "image" not in roles.record:
            value = {"column": column.name, "licence": "LicenseRef-unknown"}
            roles.take("image", value, column, "file names of pictures, whose licence is not known")
        elif (
            "url" not in roles.record
            and column.share(_URL) > 0.5
            and (words.speak_for("url", column.words) or column.different > 0.5 * column.rows)
        ):
            roles.take("url", column.name, column, column.told())
