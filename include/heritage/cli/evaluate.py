"""`heritage evaluate`: how good the product's own decisions are, on data with known answers."""

import dataclasses
import json
import resource
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from heritage.errors import HeritageError
from heritage.spec.dataset import Weights
from heritage.wiring.settings import Settings

if TYPE_CHECKING:
    from heritage.wiring.evaluate import Evaluation

evaluate_app = typer.Typer(no_args_is_help=True, help="Measure decisions against known answers.")

_SHOWN_ROWS = 10


@evaluate_app.callback()
def _group() -> None:
    """Keeps `reconcile` a named command although it is the only one."""


@evaluate_app.command()
def reconcile(
    records: Annotated[
        Path, typer.Option(help="CSV: id,name,lang,lat,lon,municipality,type,country[,alt_names]")
    ],
    index: Annotated[Path, typer.Option(help="JSON lines, an item each: qid, labels, aliases, points, …")],
    truth: Annotated[Path, typer.Option(help="CSV: id,qid; several right items joined by |, empty for none")],
    identifier: Annotated[
        str | None, typer.Option(help="Property of the register's own id on items, e.g. P1216")
    ] = None,
    weights: Annotated[
        Weights, typer.Option(help="Those shipped, or some that the records teach without their answers")
    ] = "shipped",
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON object on stdout and nothing else")
    ] = False,
) -> None:
    """Precision, recall and speed of reconciliation on records whose items are known."""
    errors = Console(stderr=True, soft_wrap=True)
    try:
        # Only here: the other commands should not wait for the libraries of reconciliation.
        from heritage.wiring.evaluate import evaluate_reconcile

        done = evaluate_reconcile(Settings(), records, index, truth, identifier, weights)
    except HeritageError as error:
        errors.print(str(error), style="red", markup=False, highlight=False)
        raise typer.Exit(2) from error
    for line in done.put_aside[:_SHOWN_ROWS]:
        errors.print(f"Put aside: {line}", markup=False, highlight=False)
    if len(done.put_aside) > _SHOWN_ROWS:
        errors.print(f"… and {len(done.put_aside) - _SHOWN_ROWS} more rows put aside.", highlight=False)
    if done.why:
        said = "Learned" if done.weights == "learned_here" else "Nothing learned, the shipped weights decide"
        errors.print(f"{said}: {done.why}.", markup=False, highlight=False)
    answer = _answer(done)
    if as_json:
        typer.echo(json.dumps(answer))
    else:
        Console().print(_table(answer))


def _answer(done: "Evaluation") -> dict[str, Any]:
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {
        **dataclasses.asdict(done.figures),
        "weights": done.weights,
        "items": done.items,
        "put_aside": len(done.put_aside),
        "seconds": round(done.seconds, 2),
        "rows_per_second": round(done.figures.records / done.seconds, 1),
        "peak_memory_mb": round(memory / (1024 * 1024 if sys.platform == "darwin" else 1024), 1),
    }


def _table(answer: dict[str, Any]) -> Table:
    def share(name: str) -> str:
        return "–" if answer[name] is None else f"{answer[name]:.2%}"

    table = Table("Figure", "Value", title="Reconciliation against known answers")
    table.add_row("Records", f"{answer['records']:,} ({answer['judged']:,} with a known answer)")
    table.add_row(
        "Weights", "learned from these records" if answer["weights"] == "learned_here" else "shipped"
    )
    table.add_row("Items in the index", f"{answer['items']:,}")
    table.add_row("Rows put aside", f"{answer['put_aside']:,}")
    table.add_row("Automatic matches", f"{answer['match']:,}, of them {answer['match_right']:,} right")
    table.add_row(
        "Precision (95 % interval)",
        f"{share('precision')} ({share('precision_low')} to {share('precision_high')})",
    )
    table.add_row("Recall", f"{share('recall')} of {answer['present']:,} whose item is in the index")
    table.add_row("Review", f"{answer['review']:,}")
    table.add_row("Right item among the candidates", share("review_with_truth_share"))
    table.add_row("New", f"{answer['new']:,}, of them {answer['new_wrong']:,} wrong")
    table.add_row("Rows per second", f"{answer['rows_per_second']:,}")
    table.add_row("Peak memory", f"{answer['peak_memory_mb']:,} MB")
    return table
