"""`heritage index`: make the local index of Wikidata items, or bring it up to date."""

from collections.abc import Callable
from enum import StrEnum
from typing import Annotated

import typer

from heritage.cli.given import Bar, Sentences
from heritage.wiring.settings import Settings


class From(StrEnum):
    """Where an index comes from."""

    DUMP = "dump"
    SERVICE = "service"
    CHANGES = "changes"


def index_command(sentences: Sentences, bar: Bar) -> Callable[..., None]:
    """The command; what fails is told in a sentence."""

    def index(
        dump: Annotated[
            str, typer.Argument(help="JSON dump or JSON lines of Wikibase entities, may be .gz or .bz2")
        ] = "",
        source: Annotated[
            From | None,
            typer.Option(
                "--from",
                help="The dump, the query service (HERITAGE_WIKIDATA_SPARQL), or the recent changes "
                "(HERITAGE_WIKIDATA_API); what the DAG would do, by default",
            ),
        ] = None,
    ) -> None:
        """Make the local index of Wikidata items that reconciliation works on, or bring it up to date.

        What was cut off is gone on with when the command is run again.
        """
        with sentences():
            from heritage.wiring.item_index import refresh_index

            way = source.value if source else "dump" if dump else None
            with bar("index") as progress:
                built = refresh_index(Settings(), way, dump, progress)
            if built.lines:
                told = f"{built.items} items of {built.lines} lines are indexed"
                typer.echo(f"{told}, {built.broken} lines were broken.")
            else:
                typer.echo(f"{built.items} items are indexed, as they were at {built.as_of}.")

    return index
