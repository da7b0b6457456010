"""What is wrong with the content of a description, in plain words: line, key, and what to write."""

import difflib
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from heritage.model.masking import masked
from heritage.model.shown import printable, shorten
from heritage.spec.closed import COUNTRY, LANG, PID, QID, SUBJECT
from heritage.spec.harvest import PROTOCOLS
from heritage.spec.lookups import no_item
from heritage.spec.record import CRS_CODE
from heritage.spec.source import DATASET_ID
from heritage.spec.yaml_text import line_of

_NUMBERED = {"crs": (CRS_CODE, "EPSG:"), "identifier": (PID, "P"), "property": (SUBJECT, "P")}
"""Keys whose value is often written as a bare number, and what goes before that."""
_QUOTED = r"'([^']+)'"
_ITEMS = ("country", "class", "register_item", "countries", "classes", "admin")
_TOLD = ("title", "purpose", "guidelines")
"""Texts that people read in their own language."""
_FORMS = {
    PID: "a property of Wikidata, which is P and a number, as P1260",
    SUBJECT: "a property of Wikidata, which is P and a number, as P1260, or the word item",
    COUNTRY: "a country by its two small letters, as se",
    LANG: "a code of a language, as sv or zh-hant",
    CRS_CODE: "a code of a CRS, which is its authority and a number, as EPSG:3006",
    DATASET_ID: "an id: small letters and figures in at least two words with _ between them, as se_churches",
}


def faults(error: ValidationError, path: Path, model: type[BaseModel]) -> Iterator[str]:
    """A sentence for each fault, with the line where it stands."""
    for fault in error.errors(include_url=False):
        yield f"{place(path, _keys(fault['loc']))}: {_told(fault, model)}"


def place(path: Path, keys: Iterable[Any]) -> str:
    """Where something stands in a description, as a person looks for it."""
    keys = tuple(keys)
    line = line_of(path, keys)
    return (f"line {line}, " if line else "") + (".".join(map(str, keys)) or "description")


def meant(word: str, known: Iterable[str], many: str = "", nearness: float = 0.6) -> str:
    """Which known word somebody may have meant; where none is near, all of them, or `many` in their place.
    `nearness` is the least share of letters in common."""
    words = list(known)
    folded = {one.casefold(): one for one in words}
    near = difflib.get_close_matches(word.casefold(), folded, n=1, cutoff=nearness)
    return f"did you mean {folded[near[0]]!r}?" if near else many or f"known here: {', '.join(words)}"


def _told(fault: ErrorDetails, model: type[BaseModel]) -> str:
    given, context, loc = fault["input"], fault.get("ctx", {}), fault["loc"]
    match fault["type"]:
        case "extra_forbidden":
            return f"unknown key, {meant(str(loc[-1]), _keys_at(loc[:-1], model))}"
        case "missing":
            return "it is missing, and has to be there"
        case "union_tag_invalid":
            return (
                f"unknown protocol {given.get('protocol')!r}, {meant(str(given.get('protocol')), PROTOCOLS)}"
            )
        case "union_tag_not_found":
            return f"the protocol is missing; {meant('', PROTOCOLS)}"
        case "enum" if isinstance(given, str):
            return f"{_shown(given)} is not known, {meant(given, re.findall(_QUOTED, context['expected']))}"
        case "date_from_datetime_parsing" | "date_from_datetime_inexact" | "date_parsing" | "date_type":
            return f"{_shown(str(given))} is no day: write year, month and day, as 2026-12-31"
        case "string_type" if not isinstance(given, dict | list):
            return _no_text(given, loc)
        case "dict_type" if isinstance(given, str) and loc[-1] in _TOLD:
            return f"a text by its language is wanted: write {{en: {_shown(given)}}}"
        case "tuple_type" | "list_type":
            return _no_list(given, loc)
        case "string_pattern_mismatch" if context["pattern"] == QID:
            return no_item(given)
        case "string_pattern_mismatch" if context["pattern"] in _FORMS:
            before = next((before for form, before in _NUMBERED.values() if form == context["pattern"]), "")
            return _not_its_form(given, context["pattern"], before)
    return str(fault["msg"]).removeprefix("Value error, ")


def _no_text(given: Any, loc: tuple[Any, ...]) -> str:
    """What to write where YAML read no text."""
    if isinstance(given, bool):
        return "YAML reads no, yes, on and off as false and true: put the word in quotes, as 'no'"
    if given is None:
        return "there is no text; one that begins with #, or is null or ~, goes in quotes"
    if isinstance(given, int) and loc[-1] in _NUMBERED:
        return _not_its_form(str(given), *_NUMBERED[loc[-1]])
    if isinstance(given, int) and loc[0] == "item" and loc[1] in _ITEMS:
        return no_item(str(given))
    return f"a text is wanted: put it in quotes, as {str(given)!r}"


def _no_list(given: Any, loc: tuple[Any, ...]) -> str:
    """What to write where several things, or two bounds, are wanted."""
    if loc in (("checks", "rows"), ("layer", "features")):
        return f"write [least, most], as {_band(given)}"
    return f"a list is wanted: write [{_shown(str(given))[1:-1]}]"


def _not_its_form(given: str, form: str, before: str) -> str:
    """What the text is not, and what to write where it is right but for what goes before a number."""
    number = re.fullmatch(r"[A-Za-z]*[: ]*(\d+)", given) if before else None
    write = f": write {before}{number[1]}" if number else ""
    return f"{_shown(given)} is not {_FORMS[form]}{write}"


def _band(given: Any) -> list[int]:
    """Bounds around a number of records; of anything else an example."""
    about = int(given) if re.fullmatch(r"[1-9]\d{0,8}", str(given)) else 150
    return [about - max(1, about // 15), about + max(1, about // 15)]


def _shown(text: str) -> str:
    return repr(shorten(printable(masked(text)), 60))


def _keys(loc: tuple[Any, ...]) -> tuple[Any, ...]:
    """The keys on the way: the protocol, which chooses the model of `harvest`, is none."""
    if loc[-1:] == ("[key]",):
        loc = loc[:-1]
    return (loc[0], *loc[2:]) if loc[:1] == ("harvest",) and len(loc) > 1 else loc


def _keys_at(loc: tuple[Any, ...], of: type[BaseModel]) -> list[str]:
    model = of
    for part in loc:
        if model is of and part == "harvest" and len(loc) > 1:
            return list(PROTOCOLS[loc[1]].model_fields)
        field = model.model_fields.get(str(part))
        inner = _model_in(field.annotation) if field else None
        if inner is None:
            break
        model = inner
    return [f.alias or name for name, f in model.model_fields.items()]


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for argument in getattr(annotation, "__args__", ()):
        found = _model_in(argument)
        if found:
            return found
    return None
