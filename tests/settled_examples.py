"""Settled reviews, and records as they may leave with them."""

from datetime import UTC, datetime
from typing import Any

from heritage.model.review import (
    RIGHT,
    WRONG,
    Annotation,
    AnnotationKind,
    Outcome,
    ReviewKind,
    ReviewTask,
    Suggestion,
    Verdict,
)
from heritage.ports.review_exports import Settled, ToldAnnotation, ToldRecord
from heritage.review.suggestion_json import to_json

AT = datetime(2026, 10, 1, 12, 30, tzinfo=UTC)
TAG, TERM, PLACE = AnnotationKind.TAG, AnnotationKind.TERM, AnnotationKind.PLACE
SAID = {
    "tag": Annotation(TAG, text="brick", lang="en"),
    "term": Annotation(TERM, about="P186", item="Q40861"),
    "area": Annotation(PLACE, about="P131", item="Q64"),
    "point": Annotation(PLACE, about="P625", lat=52.518898, lon=13.401797),
    "translation": Annotation(AnnotationKind.TRANSLATION, text="Mariakyrkan", lang="sv"),
}
"""One annotation of each kind."""


def settled(
    annotation: Annotation | None = None,
    *,
    dataset: str = "xx_churches",
    record_id: str = "1",
    task_id: str = "t1",
    item: str = "",
    rejected: bool = False,
    proposed_by: str = "",
    at: datetime = AT,
    kind: ReviewKind | None = None,
    **task: Any,
) -> Settled:
    """Three people agree; with an `item` on which one the record is."""
    suggestion = Suggestion(annotation, generator="labels") if annotation else None
    choices = (item, "none") if item else (RIGHT, WRONG)
    given = ReviewTask(
        task_id=task_id,
        campaign="c1",
        kind=kind or (ReviewKind.MATCH if item else ReviewKind.ANNOTATION),
        dataset=dataset,
        record_id=record_id,
        choices=choices,
        suggestion=to_json(suggestion) if suggestion else "",
        proposed_by=proposed_by,
        made_at=AT,
        **{"content_hash": "h"} | task,
    )
    choice = item or (WRONG if rejected else RIGHT)
    return Settled(given, Outcome(Verdict.ACCEPTED, choice, 0.9375, 3), suggestion, 3, 0, at, proposed_by)


def told(annotation: Annotation | None = None, task_id: str = "t1", **other: Any) -> ToldAnnotation:
    """As it leaves; without an annotation the record is an item."""
    item = "" if annotation else "Q151356"
    given = {"up": 3, "down": 0, "confidence": 0.9375, "created": AT, "generator": ""} | other
    return ToldAnnotation(task_id, "c1", annotation, item, **given)


def record(*annotations: ToldAnnotation, **other: Any) -> ToldRecord:
    """A church with everything that a record can tell."""
    given: dict[str, Any] = {
        "dataset": "xx_churches",
        "record_id": "A/1 ä",
        "targets": ("https://reg.example/1", "http://www.wikidata.org/entity/Q151356"),
        "url": "https://reg.example/1",
        "europeana": "",
        "item": "Q151356",
        "names": (("de", "Marienkirche"), ("", "St. Mary")),
        "lang": "de",
        "type": "Kirche",
        "class_item": "Q16970",
        "municipality": "Berlin",
        "admin_item": "Q64",
        "country": "Q183",
        "inception": "1270~",
        "lat": 52.52,
        "lon": 13.4,
        "publisher": "A register",
        "credit": "",
        "rights": "http://creativecommons.org/publicdomain/zero/1.0/",
    }
    return ToldRecord(**given | other, annotations=annotations)
