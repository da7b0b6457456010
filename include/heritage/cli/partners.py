"""`heritage wlm` and `heritage feedback`: files for photographers, and for owners of registers."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from heritage.cli.given import Bar, Sentences
from heritage.cli.packed import refuse_unwritable, write_zip
from heritage.errors import HeritageError, visible
from heritage.wiring.settings import Settings

_Dataset = Annotated[str, typer.Argument(help="Id of the dataset")]
_Output = Annotated[Path, typer.Option("--output", "-o", help="The file to write: .zip")]


def wlm_command(sentences: Sentences, bar: Bar, account_of: Callable[[], Any]) -> Callable[..., None]:
    """The command; `account_of` gives the account on the wiki with the items, None where none is set."""

    def wlm(
        dataset: _Dataset,
        output: _Output,
        templates: Annotated[
            str,
            typer.Option("--list", help="Key of the list in wlm.yaml, as gb-eng_en, where there are several"),
        ] = "",
    ) -> None:
        """Write a register's list for Wiki Loves Monuments: pages of wikitext, CSV and JSON."""
        with sentences(), bar(dataset) as progress:
            from heritage.wiring.partners import wlm_list

            _refuse_unfit(output)
            made = wlm_list(Settings(), dataset, templates, account_of(), progress)
            write_zip(output, made.files)
            urgent = sum(site.urgent for site in made.listed.sites)
            typer.echo(
                f"{output}: {len(made.listed.sites):,} sites, {urgent:,} of them in danger without an image."
            )
            if not made.pictured:
                typer.echo(
                    "Images are those of the local index, without categories and articles: set "
                    "HERITAGE_WIKI_API to ask the wiki."
                )
            _tell_kept(made.listed.kept_back)

    return wlm


def feedback_command(sentences: Sentences, bar: Bar, account_of: Callable[[], Any]) -> Callable[..., None]:
    """The command; `account_of` likewise."""

    def feedback(dataset: _Dataset, output: _Output) -> None:
        """Write for a register's owner what Wikidata knows better: CSV and JSON."""
        with sentences(), bar(dataset) as progress:
            from heritage.wiring.partners import feedback_of

            _refuse_unfit(output)
            account = account_of()
            if account is None:
                raise HeritageError(
                    "the sources of statements stand on the wiki alone: set HERITAGE_WIKI_API, for Wikidata "
                    "https://www.wikidata.org/w/api.php; no account is needed"
                )
            told, files = feedback_of(Settings(), dataset, account, progress)
            write_zip(output, files)
            typer.echo(f"{output}: {len(told.remarks):,} remarks on {told.compared:,} records.")
            _tell_kept(told.kept_back)

    return feedback


def _refuse_unfit(output: Path) -> None:
    if output.suffix != ".zip":
        raise HeritageError(f"there are several files: give a name that ends with .zip, not {output.name}")
    refuse_unwritable(output)


def _tell_kept(kept: Mapping[str, int]) -> None:
    for why, count in kept.items():
        typer.echo(visible(f"{count:,} records are not in it: {why}"))
