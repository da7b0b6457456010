"""Labels, descriptions and aliases: how a Wikibase cleans them and what it refuses."""

import re
import unicodedata

from wikibase_sandbox.errors import ApiError, refused, shortened, wikibase
from wikibase_sandbox.languages import DESCRIPTION_LANGUAGES, TERM_LANGUAGES
from wikibase_sandbox.types import TERM_KINDS, Json

LIMIT = 250


def clean(text: str) -> str:
    """Return a term as it is stored: NFC, no outer white space, control characters as a space.

    Inner double spaces and invisible characters stay (`accepted-label-newline`).
    """
    composed = unicodedata.normalize("NFC", text)
    blanked = re.sub(r"[\x00-\x1f\x7f-\x9f]", " ", composed)
    start, end = 0, len(blanked)
    while start < end and _trimmable(blanked[start]):
        start += 1
    while end > start and _trimmable(blanked[end - 1]):
        end -= 1
    return blanked[start:end]


def _trimmable(character: str) -> bool:
    return unicodedata.category(character) in {"Zs", "Zl", "Zp", "Cc", "Cf"}


def check_language(kind: str, language: str) -> None:
    """Raise unless terms of this kind may have this language code."""
    known = DESCRIPTION_LANGUAGES if kind == "descriptions" else TERM_LANGUAGES
    if language not in known:
        info = f'The supplied language code "{language}" was not recognized.'
        raise wikibase("not-recognized-language", info, language)


def check_length(kind: str, text: str) -> None:
    """Raise if a cleaned term is longer than a Wikibase stores."""
    if len(text) > LIMIT:
        noun = TERM_KINDS[kind]
        info = f"{noun.capitalize()} must be no more than {LIMIT} characters long"
        raise refused(f"{noun}-too-long", info, str(LIMIT), shortened(text))


def check_difference(entity: Json, languages: set[str]) -> None:
    """Raise if in one of the touched languages label and description are the same text."""
    for language in sorted(languages):
        label = entity["labels"].get(language)
        description = entity["descriptions"].get(language)
        if label and description and label["value"] == description["value"]:
            raise label_equals_description(language)


def label_equals_description(language: str) -> ApiError:
    """The refusal of a description that says nothing (`error-label-equals-description`)."""
    info = f"Label and description for language code {language} can not have the same value."
    return refused("label-equals-description", info, language)
