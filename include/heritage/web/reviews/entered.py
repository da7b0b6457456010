"""What somebody entered, as values of the model. What cannot be, the service refuses, whoever asks it."""

import math
from collections.abc import Mapping
from time import time

from heritage.errors import EntryRefused, GovernanceError
from heritage.model.review import Annotation, AnnotationKind, Suggestion
from heritage.web.reviews.words import NO_PLACE

_FIELDS = ("item", "text", "lang", "lat", "lon")


def annotation_of(given: Mapping[str, str], kind: AnnotationKind, about: str = "") -> Annotation | None:
    """What the fields say; None when they are all empty. Raises GovernanceError for what is no number."""
    fields = {name: given.get(name, "").strip() for name in _FIELDS}
    if not any(value for name, value in fields.items() if name != "lang"):
        return None
    place = bool(fields["lat"] or fields["lon"])
    return Annotation(
        kind,
        about or ("P625" if place else ""),
        fields["item"].upper(),
        fields["text"],
        fields["lang"],
        _degrees(fields["lat"]) if place else None,
        _degrees(fields["lon"]) if place else None,
    )


def suggestion_of(given: Mapping[str, str]) -> Suggestion:
    """What somebody adds. Raises GovernanceError, or EntryRefused where nothing was filled in."""
    kind = given.get("kind", "")
    found = annotation_of(given, AnnotationKind(kind), given.get("about", "")) if kind in _KINDS else None
    if found is None:
        raise EntryRefused((("", "nothing was filled in"),))
    return Suggestion(annotation=found)


def correction_of(given: Mapping[str, str], judged: Suggestion | None) -> Suggestion | None:
    """What would be right instead of what was judged, as far as that was filled in."""
    if judged is None or judged.annotation is None:
        return None
    wrong = judged.annotation
    named = {"lang": wrong.lang} | {name: value for name, value in given.items() if value}
    found = annotation_of(named, wrong.kind, wrong.about)
    return Suggestion(annotation=found) if found else None


def seconds_since(since: str) -> float | None:
    """How long ago a form was drawn, in seconds; `since` is in seconds since 1970."""
    known = since.isascii() and since.isdigit() and len(since) < 12
    return time() - int(since) if known else None


_KINDS = frozenset(AnnotationKind)


def _degrees(text: str) -> float:
    try:
        value = float(text.replace(",", ".").replace("−", "-"))
    except ValueError as error:
        raise GovernanceError(NO_PLACE) from error
    if not math.isfinite(value):
        raise GovernanceError(NO_PLACE)
    return round(value, 7)
