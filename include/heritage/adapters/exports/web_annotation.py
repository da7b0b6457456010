"""Settled reviews as W3C Web Annotations (https://www.w3.org/TR/annotation-model/), as Europeana reads
them: tags, links and places."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC
from typing import Any, TextIO
from urllib.parse import quote

from heritage.adapters.exports import ENTITY
from heritage.model.review import Annotation, AnnotationKind
from heritage.model.shown import printable
from heritage.ports.review_exports import Handed, ToldAnnotation, ToldRecord
from heritage.spec.closed import LANG, PID

CONTEXT = "http://www.w3.org/ns/anno.jsonld"
_PLACES = "http://www.europeana.eu/schemas/context/entity.jsonld"
_SCORE = {
    "score": "http://schema.org/aggregateRating",
    "upvotes": "http://schema.org/upvoteCount",
    "downvotes": "http://schema.org/downvoteCount",
    "confidence": "http://schema.org/ratingValue",
}
"""What the model has no words for, in those of schema.org, so that a machine need not guess."""
_SOFTWARE = "Heritage Guard"
_LONGEST_TAG = 64
"""Characters of a simple tag that Europeana takes."""
_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)
_LANG, _PID = re.compile(LANG), re.compile(PID)


@dataclass(frozen=True, slots=True)
class Collection:
    """What the file says of itself. `address` is where it is published, which its URIs begin with; `credit`
    names sources that ask for it."""

    address: str
    label: str


def web_annotations(records: Iterable[ToldRecord], out: TextIO, about: Collection) -> Handed:
    """Writes an AnnotationCollection with one page, an annotation a line, each whole without the others.

    Equal records give equal bytes. Nothing is kept but the line at hand and the sources to be named.
    """
    left: Counter[str] = Counter()
    named: dict[str, None] = {}
    known = written = 0
    head = {
        "@context": CONTEXT,
        "id": about.address,
        "type": "AnnotationCollection",
        "label": _text(about.label),
    }
    page = {"id": f"{about.address}#page-1", "type": "AnnotationPage", "startIndex": 0}
    out.write(f'{_JSON.encode(head)[:-1]},\n"first":{_JSON.encode(page)[:-1]},"items":[')
    for record in records:
        before = written
        for one in record.annotations:
            annotation = _annotation(one, record, about.address)
            if isinstance(annotation, str):
                left[annotation] += 1
                continue
            out.write(f"{',' if written else ''}\n{_JSON.encode(annotation)}")
            written += 1
        if written > before:
            known += 1
            named |= {record.credit: None} if record.credit else {}
    tail: dict[str, Any] = {"last": page["id"], "total": written}
    if named:
        tail["dc:rights"] = [_text(one) for one in sorted(named)]
    out.write(f"\n]}},\n{_JSON.encode(tail)[1:]}\n")
    return Handed(known, written, left)


def _annotation(one: ToldAnnotation, record: ToldRecord, address: str) -> dict[str, Any] | str:
    """The annotation, or why it cannot be said in this convention."""
    body = _linked(one.item) if one.annotation is None else _body(one.annotation)
    if isinstance(body, str):
        return body
    content, motivation = body
    told: dict[str, Any] = {
        "@context": [CONTEXT, _SCORE],
        "id": f"{address}#{quote(one.task_id, safe='')}",
        "type": "Annotation",
        "motivation": "assessing" if one.rejected else motivation,
    }
    if one.created:
        told["created"] = one.created.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if one.creator:
        told["creator"] = {"type": "Person", "nickname": _text(one.creator)}
    generator = _text(one.generator)
    told["generator"] = {"type": "Software", "name": f"{_SOFTWARE}: {generator}" if generator else _SOFTWARE}
    told["body"] = _rejected(content) if one.rejected else content
    told["target"] = next(target for target in record.targets if target != content)
    if one.annotation and _PID.fullmatch(one.annotation.about):
        told["rdf:predicate"] = {"id": f"http://www.wikidata.org/prop/direct/{one.annotation.about}"}
    told["score"] = {"upvotes": one.up, "downvotes": one.down, "confidence": round(one.confidence, 4)}
    return told


def _linked(qid: str) -> tuple[Any, str]:
    return ENTITY + qid, "linking"


def _body(said: Annotation) -> tuple[Any, str] | str:
    """The body and the motivation, or why there is none."""
    if said.item:
        return ENTITY + said.item, "tagging"
    if said.lat is not None and said.lon is not None:
        lat, lon = _degrees(said.lat), _degrees(said.lon)
        point = {"@context": _PLACES, "id": f"geo:{lat},{lon}", "type": "Place", "lat": lat, "long": lon}
        return point, "tagging"
    text, lang = _text(said.text), said.lang if _LANG.fullmatch(said.lang) else ""
    if not text:
        return "it says nothing that could be printed"
    body = {"type": "TextualBody", "value": text} | ({"language": lang} if lang else {})
    if said.kind is AnnotationKind.TRANSLATION:
        if not lang:
            return "it is a translation, and nobody says into which language"
        return body | {"format": "text/plain", "purpose": "describing"}, "describing"
    if len(text) > _LONGEST_TAG:
        return f"a tag has {_LONGEST_TAG} characters at most"
    return body | {"purpose": "tagging"}, "tagging"


def _rejected(body: Any) -> list[Any]:
    """What was judged, and the judgement: for whoever suggested it, never to be taken as a tag."""
    verdict = {"type": "TextualBody", "value": "rejected", "language": "en", "purpose": "assessing"}
    if isinstance(body, str):
        judged: Mapping[str, Any] = {"type": "SpecificResource", "source": body}
    elif "id" in body:
        judged = {"type": "SpecificResource", "source": body}
    else:
        judged = body
    return [dict(judged) | {"purpose": "assessing"}, verdict]


def _degrees(value: float) -> str:
    return f"{value:.7f}".rstrip("0").rstrip(".")


def _text(text: str) -> str:
    return " ".join(printable(text).split())
