"""`heritage decisions`: the decision log for people, and the check that nobody has bent it."""

from collections.abc import Callable

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from heritage.errors import GovernanceError
from heritage.model.shown import printable
from heritage.ports.decisions import DecisionStore
from heritage.steps.govern_standing import check_log


def decisions_app(open_store: Callable[[], DecisionStore]) -> typer.Typer:
    """The commands `verify` and `list` over the store that `open_store` opens."""
    app = typer.Typer(no_args_is_help=True, help="What the governance body decided.")

    @app.command()
    def verify() -> None:
        """Say in one sentence whether the log is as it was written; exit with 1 when it is not."""
        store = open_store()
        try:
            faults = check_log(store)
        except GovernanceError as error:
            faults = [str(error)]
        if faults:
            more = f" ({len(faults) - 1} more faults)" if len(faults) > 1 else ""
            typer.echo(f"The decision log is broken. {printable(faults[0])}{more}", err=True)
            raise typer.Exit(1)
        log = store.log()
        last = f", the last with the hash {log[-1].hash}" if log else ""
        typer.echo(f"The decision log is unbroken: {len(log)} decisions{last}.")

    @app.command("list")
    def list_() -> None:
        """Show every decision, oldest first."""
        try:
            log = open_store().log()
        except GovernanceError as error:
            typer.echo(str(error), err=True)
            raise typer.Exit(1) from error
        table = Table("No.", "Decided", "Dataset", "Proposal", "Result", "Why")
        for decision in log:
            cells = (decision.decided_at[:16], decision.dataset, decision.proposal_id, decision.result.value)
            row = (str(decision.number), *cells, decision.reasons)
            table.add_row(*(Text(printable(cell)) for cell in row))
        Console().print(table)

    return app
