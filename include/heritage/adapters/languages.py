"""The languages of a country by CLDR, with how many of its people use them."""

from babel.core import Locale, UnknownLocaleError, get_global

from heritage.priority.ethics_rules import Spoken

_SAME = {"no": "nb"}  # Norwegian as a whole stands beside its two written forms


def spoken_in(country: str) -> list[Spoken]:
    """Languages of a country (ISO 3166, two letters), the most used first; scripts are not told apart.

    The share counts everybody who uses a language, also as a second one, so shares add up to more than 1.
    """
    english = Locale("en")
    found: dict[str, Spoken] = {}
    for code, said in get_global("territory_languages").get(country.upper(), {}).items():
        language = code.split("_")[0]
        language = _SAME.get(language, language)
        one = Spoken(
            code=language,
            name=_name(language, english),
            share=said["population_percent"] / 100,
            standing=said["official_status"] or "",
        )
        if language not in found or one.share > found[language].share:
            found[language] = one
    return sorted(found.values(), key=lambda one: (-one.share, one.code))


def language_name(code: str) -> str:
    """The English name of a language, or the code where it has none."""
    return _name(code, Locale("en"))


def _name(code: str, english: Locale) -> str:
    try:
        return str(Locale.parse(code.replace("-", "_")).get_display_name(english) or code)
    except (UnknownLocaleError, ValueError):
        return str(english.languages.get(code, code))
