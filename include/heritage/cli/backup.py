"""`heritage backup`: everything of this installation as a copy that can be checked and put back."""

from typing import Annotated, Any

import typer

from heritage.cli.given import Bar, Sentences
from heritage.wiring.settings import Settings

_Where = Annotated[str, typer.Argument(help="Folder or fsspec URL of the backups")]
_Name = Annotated[str, typer.Option("--name", help="Which backup; the newest by default")]


def backup_app(sentences: Sentences, bar: Bar) -> typer.Typer:
    """The commands."""
    app = typer.Typer(no_args_is_help=True, help="Copies of databases and files.")

    @app.command()
    def take(to: _Where) -> None:
        """Back up the database, Airflow's where AIRFLOW__DATABASE__SQL_ALCHEMY_CONN names it, and all files.
        Tasks and pages may go on meanwhile."""
        with sentences():
            from heritage.wiring.backup import take_backup

            with bar("backup") as progress:
                made = take_backup(Settings(), to, progress)
            typer.echo(f"Backup {made.name} is whole: {_told(made)}.")

    @app.command()
    def check(at: _Where, name: _Name = "") -> None:
        """Read every byte of a backup and compare it with what was kept."""
        with sentences():
            from heritage.wiring.backup import check_backup

            with bar("check") as progress:
                made = check_backup(at, name, progress)
            typer.echo(f"Backup {made.name} is as it was kept: {_told(made)}.")

    @app.command()
    def restore(at: _Where, name: _Name = "") -> None:
        """Put a backup back into an installation that has nothing yet, and verify the decision log."""
        with sentences():
            from heritage.steps.govern_standing import check_log
            from heritage.wiring.backup import restore_backup
            from heritage.wiring.stores import decision_store

            settings = Settings()
            with bar("restore") as progress:
                made = restore_backup(settings, at, name, progress)
            faults = check_log(decision_store(settings))
            typer.echo(
                f"Backup {made.name} is put back: {_told(made)}. What was decided, withheld, ordered or "
                "paused after it was begun is not in it: enter that again before any DAG runs, withheld "
                "places first."
            )
            if faults:
                typer.echo(f"The decision log is broken. {faults[0]}", err=True)
                raise typer.Exit(1)
            typer.echo("The decision log is unbroken.")

    return app


def _told(made: Any) -> str:
    size = sum(one.bytes for one in (*made.files, *made.databases.values()))
    return f"databases {' and '.join(made.databases)}, {len(made.files)} files, {size / 1e6:.1f} MB"
