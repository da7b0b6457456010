"""`heritage revisit`: what became of our edits."""

from collections.abc import Callable
from typing import Annotated, Any

import typer

from heritage.cli.given import Bar, Sentences
from heritage.errors import HeritageError
from heritage.model.shown import printable
from heritage.wiring.settings import Settings


def revisit_command(sentences: Sentences, bar: Bar, account_of: Callable[[], Any]) -> Callable[..., None]:
    """The command; `account_of` gives the account on the wiki that uploads go to."""

    def revisit(
        due: Annotated[bool, typer.Option("--due", help="Only say what is to be looked at")] = False,
        report: Annotated[bool, typer.Option("--report", help="Only say what was found until now")] = False,
    ) -> None:
        """Look again at items that were edited 30 days ago, then yearly. Nothing is written to the wiki."""
        with sentences():
            settings, account = Settings(), account_of()
            if account is None:
                raise HeritageError("say which wiki: set HERITAGE_WIKI_API or HERITAGE_WIKI_TARGET")
            if report:
                _report(settings, account.target)
                return
            from heritage.wiring.revisits import due_datasets, revisit_dataset

            waiting = due_datasets(settings, account.target)
            if not waiting:
                typer.echo("Nothing is to be looked at again today.")
            for dataset, number in waiting.items():
                if due:
                    typer.echo(f"{dataset}: {number:,} edits")
                    continue
                with bar(dataset) as progress:
                    found = revisit_dataset(settings, account, dataset, progress)
                typer.echo(f"{dataset}: {found['visited']:,} edits looked at: {found['told']}.")
            if waiting and not due:
                _report(settings, account.target)

    return revisit


def _report(settings: Settings, target: str) -> None:
    from heritage.wiring.revisits import what_became

    found = what_became(settings, target)
    if not found:
        typer.echo(f"No edit on {target} was looked at again yet.")
    for one in found:
        seen = one.became
        typer.echo(
            f"Batch {one.batch_id} of {one.dataset}: {seen.visited:,} edits visited, {seen.waiting:,} not "
            f"yet; {one.told}. {seen.kept:,} of {seen.parts:,} additions stand."
        )
        gains = seen.gains
        typer.echo(
            f"  Others added {gains.statements:,} statements, {gains.references:,} references, "
            f"{gains.labels:,} labels, {gains.sitelinks:,} links to articles and {gains.images:,} images."
        )
        for lost in seen.losses:
            where = f"{lost.qid}, now {lost.item}" if lost.item not in (lost.qid, "") else lost.qid
            what = f" ({', '.join(lost.what)})" if lost.what else ""
            who = f", revision {lost.revision} by {lost.by}" if lost.revision else ""
            drift = f"; the register says otherwise: {', '.join(lost.drift)}" if lost.drift else ""
            typer.echo(printable(f"  {where}: {lost.fate.value}{what}{who}{drift}"))
        if seen.more:
            typer.echo(f"  … and {seen.more:,} more")
