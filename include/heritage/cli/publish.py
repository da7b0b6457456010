"""`heritage publish-snapshot`: a register's good snapshot as open data, as far as it may leave."""

from collections.abc import Callable
from typing import Annotated

import typer

from heritage.cli.given import Sentences
from heritage.errors import HeritageError, visible
from heritage.wiring.settings import Settings


def publish_command(sentences: Sentences) -> Callable[..., None]:
    """The command; `sentences` turns what goes wrong into one sentence and an exit code."""

    def publish_snapshot(
        dataset: Annotated[str, typer.Argument(help="Id of the register")],
        to: Annotated[str, typer.Option(help="Folder or fsspec URL; else HERITAGE_PUBLISHED_URL")] = "",
        address: Annotated[
            str, typer.Option(help="Where people find it; else HERITAGE_PUBLISHED_ADDRESS")
        ] = "",
    ) -> None:
        """Publish a register as Data Package, GeoParquet, CSV and DCAT-AP, behind the gates of disclosure and
        licence; earlier versions that told more are withdrawn."""
        with sentences():
            from heritage.wiring.publishing import publish_snapshot as published_now

            if address and not address.startswith(("http://", "https://")):
                raise HeritageError(f"{address} is no address: give one that begins with https://")
            done = published_now(Settings(), dataset, to, address)
            if done.version:
                how = "published" if done.new else "published already"
                typer.echo(f"{done.dataset}: {done.records:,} records are {how} as version {done.version}.")
            else:
                typer.echo(f"{done.dataset}: nothing of it may leave, and nothing is published.")
            for kept in done.kept_back:
                typer.echo(visible(f"  {kept.count:,} stay: {kept.reason} {kept.opens}"))
            if done.withdrawn:
                typer.echo(f"  Earlier versions that told more were withdrawn: {done.withdrawn}.")

    return publish_snapshot
