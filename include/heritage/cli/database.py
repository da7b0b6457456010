"""`heritage database`: which version its tables are of, and the way to another one."""

from typing import Annotated

import typer

from heritage.cli.given import Sentences
from heritage.wiring.settings import Settings


def database_app(sentences: Sentences) -> typer.Typer:
    """The commands."""
    app = typer.Typer(no_args_is_help=True, help="The database of decisions and journal.")

    @app.command()
    def status() -> None:
        """Say which version the tables are of, and what each version brought."""
        with sentences():
            from heritage.adapters.database.versions import standing, versions

            found, known = standing(Settings().database), versions()
            for one in known:
                mark = "*" if one.number == found else " "
                typer.echo(f"{mark} {one.number}  {one.brings}")
            typer.echo(f"The tables are of version {found}." if found else "There are no tables yet.")
            if found and found not in {one.number for one in known}:
                typer.echo("This program does not know it: use the one that made them, or a newer one.")

    @app.command()
    def upgrade() -> None:
        """Bring the tables to the newest version; as the role that owns them."""
        with sentences():
            from heritage.adapters.database.engine import upgrade as bring_up
            from heritage.adapters.database.versions import standing

            settings = Settings()
            before = standing(settings.database)
            bring_up(settings.database)
            after = standing(settings.database)
            same = f"The tables are of version {after} already."
            typer.echo(same if before == after else f"The tables are of version {after} now.")

    @app.command()
    def downgrade(
        to: Annotated[str, typer.Argument(help="The version to go back to, as 0006")],
        lose: Annotated[
            bool, typer.Option("--lose", help="Also when that version has no place for what is there")
        ] = False,
    ) -> None:
        """Take the tables back to an earlier version, for an earlier program; nothing else may use them
        meanwhile. Take a backup first."""
        with sentences():
            from heritage.adapters.database.versions import downgrade as take_back

            lost = take_back(Settings().database, to, lose=lose)
            told = f" Lost: {', '.join(lost)}." if lost else " Nothing was lost."
            typer.echo(f"The tables are of version {to} now.{told}")

    return app
