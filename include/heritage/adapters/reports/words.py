"""Codes of the product in the words of a person who does not program."""

import re
from collections.abc import Mapping
from importlib import resources
from types import MappingProxyType

import yaml

from heritage.adapters.languages import language_name
from heritage.model.finding import Severity
from heritage.model.governance import LicenceAnswer
from heritage.model.shown import shorten
from heritage.ports.reports import Addition, EditExample

_OWN_LICENCE = re.compile(r"LicenseRef-[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*")
_COMMAND = re.compile(r":? `[^`]*`")

LICENCE_ANSWERS = {
    LicenceAnswer.ALLOW: "may be used",
    LicenceAnswer.NEEDS_WAIVER: "needs the publisher's written permission",
    LicenceAnswer.BODY_DECISION: "needs a decision by the body",
    LicenceAnswer.LINK_ONLY: "only the register's identifier and a link to its entry may be added",
    LicenceAnswer.DENY: "may not be used",
}


WEIGHTS = {
    Severity.CRITICAL: "not sent",
    Severity.IMPORTANT: "important",
    Severity.WARNING: "to tidy up",
    Severity.INFO: "good to know",
}
"""Of findings."""


TARGETS = {
    "wikidata": "For Wikidata",
    "commons": "For Wikimedia Commons",
    "europeana": "For Europeana",
    "export": "For our own exports",
}


def word_list(name: str) -> dict[str, str]:
    """A list of words beside this module: `properties` (English names by id) or `glossary`."""
    text = resources.files(__package__).joinpath(f"{name}.yaml").read_text(encoding="utf-8")
    words: dict[str, str] = yaml.safe_load(text)
    return words


def edit_sentences(
    example: EditExample, names: Mapping[str, str], items: Mapping[str, str] = MappingProxyType({})
) -> list[str]:
    """What one edit adds, a sentence each; names and values are cut where a register is verbose. `names` are
    those of properties, `items` those of items that stand without one."""
    sentences = [_sentence(a, names, items) for a in example.additions if a.what != "reference"]
    sourced = dict.fromkeys(_name(a, names) for a in example.additions if a.what == "reference")
    if sourced:
        sentences.append(f"Adds the register as source of what stands there already: {', '.join(sourced)}.")
    return sentences


def _name(addition: Addition, names: Mapping[str, str]) -> str:
    return shorten(names.get(addition.property, addition.property), 60)


def _sentence(addition: Addition, names: Mapping[str, str], items: Mapping[str, str]) -> str:
    value = shorten(addition.value, 160)
    if value in items:
        value = f"{items[value]} ({value})"
    name = _name(addition, names)
    if addition.what in ("label", "description", "alias"):
        name = shorten(language_name(addition.property), 60)
    match addition.what:
        case "label":
            return f"Gives it the name “{value}” ({name})."
        case "description":
            return f"Describes it as “{value}” ({name})."
        case "alias":
            return f"Adds “{value}” ({name}) to the names that it has."
        case _:
            return f"Adds the {name} {value}."


def licence_name(licence: str) -> str:
    """An id of a licence without the prefix of ids that are not SPDX's.

    >>> licence_name("LicenseRef-public-domain-statute"), licence_name("CC0-1.0")
    ('public domain statute', 'CC0-1.0')
    """
    own = licence.removeprefix("LicenseRef-")
    return licence if own == licence else own.replace("-", " ")


def plain_licences(text: str) -> str:
    """A sentence with the ids of licences that are not SPDX's in words.

    >>> plain_licences("LicenseRef-public-domain-statute: Public domain. See LicenseRef-UNESCO-WHC.")
    'public domain statute: Public domain. See UNESCO WHC.'
    """
    return _OWN_LICENCE.sub(lambda found: licence_name(found[0]), text)


def with_commands(text: str) -> list[tuple[str, bool]]:
    """A step that somebody has to take, taken apart: each piece, and whether it is a command to be typed.

    >>> with_commands("Ask: `heritage permission ask x`.")
    [('Ask: ', False), ('heritage permission ask x', True), ('.', False)]
    """
    return [(part, bool(n % 2)) for n, part in enumerate(text.split("`")) if part]


def without_commands(text: str) -> str:
    """The same step for a reader who types none.

    >>> without_commands("Put the question to the body: `heritage permission ask x`. Or ask the owner: `y`.")
    'Put the question to the body. Or ask the owner.'
    """
    return _COMMAND.sub("", text)


def capitalise(text: str) -> str:
    """With a capital first; the rest as it is.

    >>> capitalise("three sites in Łódź.")
    'Three sites in Łódź.'
    """
    return text[:1].upper() + text[1:]


def duration(minutes: float) -> str:
    """Minutes as a person says them.

    >>> duration(0.4), duration(75), duration(600)
    ('1 minute', '75 minutes', '10 hours')
    """
    if minutes >= 120:
        return f"{round(minutes / 60):,} hours"
    whole = max(1, round(minutes))
    return f"{whole} minute{'' if whole == 1 else 's'}"


RULES = {
    "R1": "the source itself restricts the place",
    "R2": "those who may ask for it have asked",
    "R3": "the source publishes a coarse grid reference only",
    "R4": "buried archaeology or a burial place, which finders dig up",
    "R5": "rock art, a cave, fossils or a wreck, which cannot be guarded",
    "R6": "sacred to a living community, whose consent is not on record",
    "R7": "animals breed or rest there, or rare plants grow",
    "R8": "a dwelling whose address the register hides",
    "R9": "armed conflict, and the place is not publicly marked, or shelters something",
    "R10": "it would reveal another site that is protected",
    "R11": "what is said of its condition would help a thief",
    "R12": "its place is public already, which people look at",
    "R13": "what or where it is cannot be decided yet",
    "R14": "who reported on it could be found",
}
"""The rules of disclosure for people who do not know their numbers."""
