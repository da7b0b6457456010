"""`heritage decisions`: the decision log for people, and the check that nobody has bent it."""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from heritage.errors import GovernanceError
from heritage.governance.basis import uncovered
from heritage.model.governance import Decision, Seal
from heritage.model.shown import printable
from heritage.ports.decisions import DecisionStore
from heritage.steps.govern_standing import check_log, public_log, recounted

Rendering = Callable[[list[dict[str, object]]], str]


def decisions_app(
    open_store: Callable[[], DecisionStore],
    names_public: Callable[[], bool] = lambda: False,
    as_html: Rendering = json.dumps,
) -> typer.Typer:
    """The commands over the store that `open_store` opens. `names_public` says whether the terms of
    reference let everybody read who voted how, `as_html` makes a page of the published log."""
    app = typer.Typer(no_args_is_help=True, help="What the governance body decided.")

    @app.command()
    def verify(
        published: Annotated[
            Path | None,
            typer.Option(help="A log that was exported as JSON before: it must stand in this one"),
        ] = None,
    ) -> None:
        """Say in one sentence whether the log, and the terms, votes and pulls behind it, are as they were
        written; exit with 1 when they are not."""
        store = open_store()
        faults = _faults(store, seals_in(published) if published else ())
        if faults:
            more = f" ({len(faults) - 1} more faults)" if len(faults) > 1 else ""
            typer.echo(f"The decision log is broken. {printable(faults[0])}{more}", err=True)
            raise typer.Exit(1)
        log = store.log()
        last = f", the last with the hash {log[-1].hash}" if log else ""
        typer.echo(f"The decision log is unbroken: {len(log)} decisions{last}.{_not_covered(log)}")

    @app.command("list")
    def list_() -> None:
        """Show every decision, oldest first."""
        try:
            log = open_store().log()
        except GovernanceError as error:
            typer.echo(str(error), err=True)
            raise typer.Exit(1) from error
        table = Table("No.", "Decided", "About", "Dataset", "Proposal", "Result", "Why")
        for decision in log:
            cells = (decision.decided_at[:16], decision.type.value, decision.dataset, decision.proposal_id)
            row = (str(decision.number), *cells, decision.result.value, decision.reasons)
            table.add_row(*(Text(printable(cell)) for cell in row))
        Console().print(table)

    @app.command()
    def export(
        json_file: Annotated[Path | None, typer.Option("--json", help="Write JSON here")] = None,
        html_file: Annotated[Path | None, typer.Option("--html", help="Write a page here")] = None,
    ) -> None:
        """Write the log for everybody: what protects a place is hidden, that it was decided is not."""
        if not (json_file or html_file):
            raise typer.BadParameter("name a file with --json, with --html, or with both")
        store = open_store()
        faults = _faults(store)
        if faults:
            typer.echo(f"The decision log is broken, nothing is published. {printable(faults[0])}", err=True)
            raise typer.Exit(1)
        lines = public_log(store, names=names_public())
        written = {json_file: _as_json, html_file: as_html}
        for file, rendering in written.items():
            if file:
                file.write_text(rendering(lines), encoding="utf-8")
        typer.echo(f"{len(lines)} decisions are written for everybody to read.")

    _add_replay(app, open_store)
    return app


def _add_replay(app: typer.Typer, open_store: Callable[[], DecisionStore]) -> None:
    @app.command()
    def replay(
        number: Annotated[int | None, typer.Argument(help="One decision; all by default")] = None,
    ) -> None:
        """Count decisions again from ballots, votes and the terms of their rounds; exit with 1 when one
        differs."""
        try:
            counted, faults = recounted(open_store(), number)
        except GovernanceError as error:
            faults, counted = [str(error)], 0
        for fault in faults:
            typer.echo(printable(fault), err=True)
        if faults:
            raise typer.Exit(1)
        typer.echo(f"{counted} decisions are what their votes come to by the terms of their rounds.")


def _faults(store: DecisionStore, published: Sequence[Seal] = ()) -> list[str]:
    try:
        return check_log(store, published)
    except GovernanceError as error:
        return [str(error)]


def _not_covered(log: Sequence[Decision]) -> str:
    number = uncovered(log)
    return f" Not covered: votes, pulls and terms behind {number} earlier decisions." if number else ""


def seals_in(file: Path) -> list[Seal]:
    """Every line of a published log, by number and hash. Raises BadParameter for what is none."""
    at = datetime.fromtimestamp(file.stat().st_mtime, UTC).isoformat() if file.is_file() else ""
    try:
        lines = json.loads(file.read_text(encoding="utf-8"))["decisions"]
        return [Seal(int(line["number"]), str(line["hash"]), at) for line in lines]
    except (OSError, ValueError, TypeError, KeyError, OverflowError, RecursionError):
        raise typer.BadParameter(f"{file} is no decision log that was exported as JSON") from None


def _as_json(lines: list[dict[str, object]]) -> str:
    return json.dumps({"decisions": lines}, ensure_ascii=False, indent=1) + "\n"
