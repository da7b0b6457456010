"""What a maintainer is told after a draft or a list of terms: what there is, and what to do next."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from heritage.ports.preview import OpenTerm
from heritage.wiring.lookups import CompletedTable
from heritage.wiring.new_source import NewSource

_LISTED = 10  # terms whose lookup stands in the YAML


def new_lines(made: NewSource) -> Iterator[str]:
    """What was drafted, and which lines wait for a person."""
    yield f"Drafted {made.path}"
    if made.sample is None:
        yield f"No sample could be cut: put what the register sends into {made.path.parent}/samples"
    yield from made.notes
    yield "Lines that wait for you:"
    for key in made.draft.edits:
        yield f"  {key.strip()}"
    for table in made.draft.tables:
        yield f"Complete the items of {table}, the most frequent terms come first."
    yield f"Then: heritage source check {made.path} && heritage source preview {made.path}"


def terms_lines(
    path: Path, tables: Sequence[CompletedTable], elsewhere: Sequence[OpenTerm], *, whole: bool
) -> Iterator[str]:
    """The tables that wait for a volunteer, and how to complete them; `whole` where the terms are those of
    the register, not of the bundled sample."""
    for table in tables:
        waits = f"{table.added} new {'term waits' if table.added == 1 else 'terms wait'} for an item"
        yield f"{table.path.name}{' (made)' * table.made}: {waits}"
    for one in elsewhere[:_LISTED]:
        yield f"item.{one.key} has no item for {one.term!r} ({one.records} records)"
    if len(elsewhere) > _LISTED:
        yield f"… and {len(elsewhere) - _LISTED} more; a table beside the description has room for all"
    if not tables and not elsewhere:
        yield "No term waits for an item."
    if not whole:
        yield "These are the terms of the bundled sample: --pull or --from FILE adds those of the register."
    if unnamed := [f"{table.key}: {table.path.name}" for table in tables if not table.named]:
        yield f"Write under item: in {path.name}:  {', '.join(unnamed)}"
    if any(table.added for table in tables):
        yield (
            "Look up each term on https://www.wikidata.org, the most frequent come first. Write its item (Q "
            "and a number) under item, your name under mapped_by; a term without one is told, never guessed."
        )
        yield f"Then: heritage source check {path} --write-expected && heritage source preview {path}"
