"""Which language the texts of a column are in."""

import re
from collections.abc import Sequence

from babel.core import Locale, UnknownLocaleError
from babel.languages import get_official_languages
from charset_normalizer import from_bytes

from heritage.steps.draft_columns import Column, scripts

_SCRIPTS = {
    "GEORGIAN": "ka", "ARMENIAN": "hy", "HEBREW": "he", "ARABIC": "ar", "HIRAGANA": "ja", "KATAKANA": "ja",
    "HANGUL": "ko", "CJK": "zh", "GREEK": "el", "THAI": "th", "DEVANAGARI": "hi", "ETHIOPIC": "am",
    "CYRILLIC": "ru", "BENGALI": "bn", "TAMIL": "ta", "KHMER": "km", "MYANMAR": "my", "SINHALA": "si",
}  # fmt: skip
_NAMED_LANGUAGES = {
    "english": "en", "englisch": "en", "anglais": "en", "french": "fr", "français": "fr", "francais": "fr",
    "german": "de", "deutsch": "de", "spanish": "es", "español": "es", "russian": "ru", "arabic": "ar",
}  # fmt: skip


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
