"""`heritage export`: approved edits as files, for people who upload by hand."""

from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated

import typer

from heritage.cli.given import Sentences
from heritage.cli.packed import refuse_unwritable, write_zip
from heritage.errors import HeritageError, visible
from heritage.ports.exports import Form, LeftOut, Written
from heritage.wiring.settings import Settings

_SHOWN = 5


def export_command(sentences: Sentences, target_of: Callable[[], str | None]) -> Callable[..., None]:
    """The command; `sentences` turns what goes wrong into one sentence and an exit code, `target_of` gives
    the wiki that uploads go to."""

    def export(
        which: Annotated[str, typer.Argument(metavar="BATCH_OR_DATASET", help="What was approved")],
        output: Annotated[Path, typer.Option("--output", "-o", help="The file to write; .zip for several")],
        form: Annotated[Form, typer.Option("--format", help="What reads the file")] = Form.QUICKSTATEMENTS,
        target: Annotated[
            str | None, typer.Option(help="The wiki, as the journal names it; else that of the account")
        ] = None,
        points: Annotated[
            bool,
            typer.Option(
                "--points", help="Also points that QuickStatements states as known better than they are"
            ),
        ] = False,
    ) -> None:
        """Write approved edits into files for QuickStatements or OpenRefine. Nothing is uploaded."""
        with sentences():
            from heritage.wiring.exports import export_edits

            wiki = target or target_of()
            if not wiki:
                raise HeritageError("say for which wiki: --target wikidata, or set HERITAGE_WIKI_API")
            _refuse_unfit(output, form)  # the batch is paused once its file is made
            written = export_edits(Settings(), wiki, which, form, points=points)
            _write(output, written.files)
            _tell(output, written)

    return export


def _refuse_unfit(output: Path, form: Form) -> None:
    if form is not Form.QUICKSTATEMENTS and output.suffix != ".zip":
        raise HeritageError(f"{form} takes several files: give a name that ends with .zip, not {output.name}")
    refuse_unwritable(output)


def _write(output: Path, files: Mapping[str, str]) -> None:
    """One file as it is, several in a zip file."""
    if output.suffix != ".zip":
        [text] = files.values()
        output.write_text(text, encoding="utf-8", newline="")
        return
    write_zip(output, files)


def _tell(output: Path, written: Written) -> None:
    typer.echo(f"{output}: {written.edits:,} edits, {written.new_items:,} of them new items.")
    for batch_id in written.batches:
        typer.echo(
            f"The upload of batch {batch_id} is paused. When nobody uploads the file any more: "
            f"heritage upload resume {batch_id} --reason …"
        )
    if not written.left_out:
        return
    typer.echo(f"{len(written.left_out):,} parts of edits are left out, as the file cannot say them:")
    for (what, why), number in Counter(map(_kind, written.left_out)).most_common():
        records = [one.record_id for one in written.left_out if _kind(one) == (what, why)]
        some = ", ".join(records[:_SHOWN]) + (", …" if len(records) > _SHOWN else "")
        typer.echo(visible(f"  {number:,} times {what}: {why} (record {some})"))


def _kind(left: LeftOut) -> tuple[str, str]:
    return left.what, left.why
