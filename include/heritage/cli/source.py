"""The maintainer's commands: a new description, its check, and a look at what it makes of the register."""

from pathlib import Path
from typing import Annotated

import typer

from heritage.cli.given import Sentences
from heritage.wiring.settings import Settings


def source_app(sentences: Sentences) -> typer.Typer:
    """`heritage source …`; `sentences` turns what goes wrong into one sentence and an exit code."""
    app = typer.Typer(no_args_is_help=True, help="Add a register, and look after its description.")

    @app.command()
    def new(
        address: Annotated[str, typer.Argument(help="Address of the register or of its service, or a file")],
        country: Annotated[
            str | None, typer.Option(help="Two letters of its country, where it has one: se, in, …")
        ] = None,
        dataset: Annotated[str | None, typer.Option("--id", help="Id of the dataset: se_churches")] = None,
    ) -> None:
        """Look at a source and draft its description, with a sample and what it maps to beside it."""
        with sentences():
            from heritage.cli.source_text import new_lines
            from heritage.wiring.new_source import new_source

            made = new_source(address, Settings(), country=country, dataset=dataset)
            for line in new_lines(made):
                typer.echo(line)

    @app.command()
    def check(
        path: Annotated[Path, typer.Argument(help="The description: a YAML file")],
        write_expected: Annotated[
            bool, typer.Option("--write-expected", help="Hold the sample to what it maps to now")
        ] = False,
    ) -> None:
        """Check a description: its keys and values with line numbers, and what its sample maps to."""
        with sentences():
            from heritage.wiring.layers import check_layer, find_layer
            from heritage.wiring.sources import check_source

            settings = Settings()
            layer = find_layer(str(path), settings)
            if layer:
                said, notes = check_layer(layer, settings)
            else:
                checked = check_source(path, settings, write_expected=write_expected)
                said, notes = checked.said, checked.notes
            for note in notes:
                typer.echo(f"note: {note}")
            typer.echo(f"{path.name}: valid; {said}")

    @app.command()
    def preview(
        path: Annotated[Path, typer.Argument(help="The description: a YAML file")],
        source: Annotated[Path | None, typer.Option("--from", help="Read this file or folder")] = None,
        pull: Annotated[
            bool, typer.Option("--pull", help="Ask the publisher, not the bundled sample")
        ] = False,
        html: Annotated[Path | None, typer.Option(help="Write the page here")] = None,
    ) -> None:
        """Show ten records, a map, what was rejected, and the terms without an item."""
        with sentences():
            from rich.console import Console

            from heritage.cli.preview_text import show
            from heritage.wiring.sources import preview_source

            seen, page = preview_source(path, Settings(), source=source, pull=pull, html=html)
            show(seen, Console())
            typer.echo(f"The same with a map to look at: {page}")

    @app.command()
    def terms(
        path: Annotated[Path, typer.Argument(help="The description: a YAML file")],
        source: Annotated[Path | None, typer.Option("--from", help="Read this file or folder")] = None,
        pull: Annotated[bool, typer.Option("--pull", help="Ask the publisher")] = False,
    ) -> None:
        """Add the register's terms without an item to the tables beside the description, and make those that
        are missing."""
        with sentences():
            from heritage.cli.source_text import terms_lines
            from heritage.wiring.lookups import complete_tables

            tables, elsewhere = complete_tables(path, Settings(), source=source, pull=pull)
            for line in terms_lines(path, tables, elsewhere, whole=pull or source is not None):
                typer.echo(line)

    return app
