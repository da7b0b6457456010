"""`heritage catalogue`: every described register and how it stands."""

import sys
from collections import Counter
from collections.abc import Callable
from enum import StrEnum
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from heritage.cli.given import Sentences
from heritage.model.shown import printable
from heritage.ports.catalogue import CatalogueEntry
from heritage.wiring.settings import Settings


class Form(StrEnum):
    """How the catalogue is told."""

    TABLE = "table"
    DCAT = "dcat"
    SCHEMA_ORG = "schema-org"


_PIPED = 180  # columns of a table that goes into a file
_COLOURS = {"broken": "red", "unverified": "yellow", "described": "cyan", "current": "green"}


def catalogue_command(sentences: Sentences) -> Callable[..., None]:
    """The command; `sentences` turns what goes wrong into one sentence and an exit code."""

    def catalogue(
        form: Annotated[
            Form, typer.Option("--as", help="A table, DCAT-AP (Turtle) or schema.org (JSON-LD)")
        ] = Form.TABLE,
        address: Annotated[
            str, typer.Option(help="Where the export will be published")
        ] = "https://example.org/heritage-guard/catalogue",
    ) -> None:
        """List every described register with its status, or export the catalogue."""
        with sentences():
            from heritage.wiring.catalogue import entries, exported

            if form is not Form.TABLE:
                typer.echo(exported(Settings(), form.value, address))
                return
            listed = entries(Settings())
            piped = None if sys.stdout.isatty() else _PIPED
            Console(width=piped).print(_table(listed))
            for entry in listed:
                if entry.problem or entry.unverified:
                    typer.echo(f"{entry.dataset}: {entry.problem or entry.unverified}")
            counts = Counter(entry.status for entry in listed)
            countries = {entry.country for entry in listed if entry.country}
            told = ", ".join(f"{number} {status}" for status, number in counts.items())
            typer.echo(f"{len(listed)} registers of {len(countries)} countries: {told}.")

    return catalogue


def _table(entries: list[CatalogueEntry]) -> Table:
    table = Table(box=None, header_style="bold")
    for heading in ("Dataset", "Status", "Kind", "Protocol", "Sample"):
        longest = max((len(getattr(entry, heading.lower())) for entry in entries), default=0)
        table.add_column(heading, min_width=max(longest, len(heading)))
    table.add_column("Records", justify="right", min_width=9)
    table.add_column("Licence", overflow="ellipsis", no_wrap=True)
    table.add_column("Title", overflow="ellipsis", no_wrap=True)
    for entry in entries:
        table.add_row(
            Text(entry.dataset),
            Text(entry.status, style=_COLOURS[entry.status]),
            entry.kind,
            entry.protocol,
            entry.sample,
            "" if entry.records is None else f"{entry.records:,}",
            Text(entry.licence),
            Text(printable(entry.title)),
        )
    return table
