"""`heritage impact`: what all uploads came to."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from heritage.cli.given import Bar, Sentences
from heritage.errors import HeritageError
from heritage.wiring.settings import Settings


def impact_command(sentences: Sentences, bar: Bar, account_of: Callable[[], Any]) -> Callable[..., None]:
    """The command; `account_of` gives the account on the wiki that uploads go to."""

    def impact(
        output: Annotated[Path, typer.Option("--output", "-o", help="Folder of the report")] = Path("impact"),
        since: Annotated[
            datetime | None, typer.Option(formats=["%Y-%m-%d"], help="First day of the edits counted")
        ] = None,
        to: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Last day of them")] = None,
        publisher: Annotated[str, typer.Option(help="Only registers of this publisher; a part will do")] = "",
        articles: Annotated[
            int,
            typer.Option(min=0, help="Ask Wikimedia how often so many articles on these items were read"),
        ] = 0,
    ) -> None:
        """Write what all uploads came to: HTML, JSON and CSV, in counts alone."""
        with sentences(), bar("articles") as progress:
            from heritage.wiring.impact import write_impact

            if output.exists() and not output.is_dir():
                raise HeritageError(f"{output} is a file: give the name of a folder")
            output.mkdir(parents=True, exist_ok=True)  # where it cannot be made nothing is asked for
            report, files = write_impact(
                Settings(),
                output,
                since=since.date() if since else None,
                to=to.date() if to else None,
                publisher=publisher,
                account=account_of(),
                articles=articles,
                progress=progress,
            )
            whole = report.whole
            share = whole.survived
            stand = "" if share is None else f"; {share:.1%} of what was looked at again stands"
            typer.echo(
                f"{whole.items:,} items, {whole.statements:,} statements, {whole.references:,} references, "
                f"{whole.images:,} images, {whole.at_risk:,} sites at risk{stand}: {files[0]}"
            )

    return impact
