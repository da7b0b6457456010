"""Content as the text that stands in the EDITS table and in the journal, and the id made from it."""

from dataclasses import replace

from pydantic import TypeAdapter

from heritage.model.digest import canonical_json, digest_json
from heritage.model.edit import Content, Reference
from heritage.statements.properties import RETRIEVED

_CONTENT = TypeAdapter(Content)


def to_json(content: Content) -> str:
    """Canonical: equal contents give equal texts; what is empty is left out."""
    return canonical_json(_CONTENT.dump_python(content, mode="json", exclude_defaults=True))


def from_json(text: str) -> Content:
    """The content again. Raises pydantic.ValidationError when the text is none of ours."""
    return _CONTENT.validate_json(text)


def edit_id(dataset: str, record_id: str, qid: str | None, content: Content) -> str:
    """16 hex digits, the same as long as the register says the same: the day of retrieval does not count."""
    return digest_json([dataset, record_id, qid or "new", to_json(undated(content))])[:16]


def undated(content: Content) -> Content:
    """The content without the days of retrieval in its references."""
    return replace(
        content,
        statements=tuple(
            replace(s, references=tuple(_without_day(r) for r in s.references)) for s in content.statements
        ),
        references=tuple(replace(r, reference=_without_day(r.reference)) for r in content.references),
    )


def _without_day(reference: Reference) -> Reference:
    return tuple(snak for snak in reference if snak.property != RETRIEVED)
