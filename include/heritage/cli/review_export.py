"""`heritage reviews export`: what people agree on, as files for partners."""

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from heritage.cli.given import Sentences
from heritage.errors import HeritageError, visible
from heritage.licence.permission import Target
from heritage.ports.review_exports import ReviewForm
from heritage.wiring.settings import Settings

_SUFFIX = {ReviewForm.ANNOTATIONS: ".jsonld", ReviewForm.EDM: ".zip"}


class Partner(StrEnum):
    """Whom the licence gate is asked about."""

    EUROPEANA = Target.EUROPEANA.value
    EXPORT = Target.EXPORT.value


def review_export_command(sentences: Sentences) -> Callable[..., None]:
    """The command; `sentences` turns what goes wrong into one sentence and an exit code."""

    def export(
        campaign: Annotated[str, typer.Option(help="The campaign, as its description is called")],
        form: Annotated[ReviewForm, typer.Option("--format", help="W3C Web Annotations, or Europeana EDM")],
        out: Annotated[Path, typer.Option(help="The file to write: .jsonld, or .zip for EDM")],
        target: Annotated[
            Partner, typer.Option(help="Europeana, or an export of our own that names its sources")
        ] = Partner.EUROPEANA,
        address: Annotated[
            str, typer.Option(help="Where the file will be published")
        ] = "https://example.org/heritage-guard/reviews",
        rejected: Annotated[
            bool, typer.Option("--rejected", help="Also what people agree is wrong, as assessments")
        ] = False,
        creators: Annotated[
            bool,
            typer.Option("--creators", help="With pseudonyms of those who suggested it and want to be seen"),
        ] = False,
    ) -> None:
        """Write what the people of a campaign agree on, as far as licences and disclosure let it leave."""
        with sentences():
            from heritage.wiring.review_exports import export_campaign

            _refuse_unwritable(out, form, address)
            exported = export_campaign(
                Settings(),
                campaign,
                form,
                out,
                address=address.rstrip("/"),
                target=Target(target.value),
                rejected=rejected,
                creators=creators,
            )
            if exported.annotations:
                typer.echo(f"{out}: {exported.annotations:,} annotations of {exported.records:,} records.")
            else:
                typer.echo(f"Nothing that people of {campaign} agree on may leave: {out} is not written.")
            for why, number in exported.kept_back.items():
                typer.echo(visible(f"  {number:,} stay: {why}"))

    return export


def _refuse_unwritable(out: Path, form: ReviewForm, address: str) -> None:
    if not out.parent.is_dir():
        raise HeritageError(f"there is no folder {out.parent} for {out.name}")
    if out.suffix != _SUFFIX[form]:
        raise HeritageError(f"{form} needs a name that ends with {_SUFFIX[form]}, not {out.name}")
    if not address.startswith(("http://", "https://")) or any(one.isspace() for one in address):
        raise HeritageError(f"{address} is no address: give one that begins with https://")
