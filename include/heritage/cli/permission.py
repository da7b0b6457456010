"""`heritage permission`: what owners and the governance body allow, for the person who keeps the letters."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from heritage.cli.given import Sentences
from heritage.licence.permission import Permission, PermissionKind, Target
from heritage.model.shown import printable
from heritage.wiring.settings import Settings

_Dataset = Annotated[str, typer.Argument(help="Id of the dataset")]
_Target = Annotated[Target, typer.Option(help="Where the data may go")]
_Fields = Annotated[
    str,
    typer.Option(
        help="Only these kinds: identifiers, designation, place, names, images, new_items; with commas"
    ),
]
_Rows = Annotated[
    Path | None, typer.Option(help="Only these records: a file with the register's id of one on each line")
]
_DAY = ["%Y-%m-%d"]


def permission_app(sentences: Sentences) -> typer.Typer:
    """The commands `letter`, `add`, `list`, `revoke` and `ask`."""
    app = typer.Typer(
        no_args_is_help=True, help="Ask for permission to use data, and keep what was answered."
    )

    @app.command()
    def letter(dataset: _Dataset) -> None:
        """Print the letter that asks the owner for a waiver, ready to send."""
        with sentences():
            from heritage.wiring.permissions import waiver_letter
            from heritage.wiring.pipeline import load_dataset

            settings = Settings()
            typer.echo(waiver_letter(load_dataset(dataset, settings), settings))

    @app.command()
    def add(
        dataset: _Dataset,
        kind: Annotated[
            PermissionKind, typer.Option(help="What it is; none: the owner was asked and gave no permission")
        ],
        by: Annotated[str, typer.Option(help="The organisation that gave it; no person's name")],
        date: Annotated[datetime, typer.Option(formats=_DAY, help="The day on which it was given")],
        letter: Annotated[Path | None, typer.Option(help="The letter as it came; it is archived")] = None,
        target: _Target = Target.WIKIDATA,
        role: Annotated[str, typer.Option(help="In what role the signer speaks for it")] = "",
        covers_database_right: Annotated[
            bool, typer.Option("--covers-database-right", help="It waives the right in the database too")
        ] = False,
        fields: _Fields = "",
        rows: _Rows = None,
        ticket: Annotated[str, typer.Option(help="Number of the ticket (VRT) or file")] = "",
        until: Annotated[
            datetime | None, typer.Option(formats=_DAY, help="The first day on which it holds no more")
        ] = None,
        legal_note: Annotated[str, typer.Option(help="For a statute: which, and who read it")] = "",
    ) -> None:
        """Put a permission on record, with its letter in the archive beside the snapshots."""
        with sentences():
            from heritage.wiring.permissions import Given, add_permission
            from heritage.wiring.pipeline import load_dataset

            settings = Settings()
            given = Given(
                kind=kind,
                target=target,
                given_on=date.date(),
                by=by,
                role=role,
                kinds=fields,
                rows=rows,
                covers_database_right=covers_database_right,
                letter=letter,
                ticket=ticket,
                valid_until=until.date() if until else None,
                legal_note=legal_note,
            )
            loaded = load_dataset(dataset, settings)
            kept = add_permission(loaded, given, settings)
            typer.echo(f"On record: {_told(kept)}")
            _echo_answers(dataset, settings)

    @app.command("list")
    def list_(
        dataset: Annotated[str | None, typer.Argument(help="Id of a dataset; without it, of all")] = None,
    ) -> None:
        """Show every permission, and for one dataset what the licence gate answers now."""
        with sentences():
            from heritage.wiring.permissions import permissions_on_record
            from heritage.wiring.pipeline import load_dataset

            settings = Settings()
            if dataset:
                load_dataset(dataset, settings)  # a name that is none has no list either
            found = [
                one for one in permissions_on_record(settings) if dataset in (None, one.permission.dataset)
            ]
            for one in found:
                state = f" It opens nothing any more: {one.closed}." if one.closed else ""
                typer.echo(printable(f"{_told(one.permission)}{state}"))
            if not found:
                typer.echo("No permission is on record.")
            if dataset:
                _echo_answers(dataset, settings)

    @app.command()
    def revoke(
        hash: Annotated[str, typer.Argument(help="The hash, or how it begins, as `list` shows it")],
        reason: Annotated[str, typer.Option(help="Why: the owner took it back, an appeal is heard, …")],
    ) -> None:
        """Take a permission back, or suspend a decision of the body; nothing more goes out under it."""
        with sentences():
            from heritage.wiring.permissions import revoke_permission

            gone = revoke_permission(hash, reason, Settings())
            typer.echo(f"Revoked: {_told(gone)} What was uploaded before stays on the wiki.")

    @app.command()
    def ask(
        dataset: _Dataset,
        reasons: Annotated[str, typer.Option(help="Why it should be allowed")],
        legal_note: Annotated[str, typer.Option(help="What the law says, and who read it")],
        months: Annotated[int, typer.Option(help="For how long the answer is to hold, at most 24")] = 24,
        target: _Target = Target.WIKIDATA,
        fields: _Fields = "",
        rows: _Rows = None,
    ) -> None:
        """Put the question to the governance body, which decides by two thirds in its next round."""
        with sentences():
            from heritage.wiring.permissions import ask_body
            from heritage.wiring.pipeline import load_dataset

            settings = Settings()
            asked = ask_body(
                load_dataset(dataset, settings),
                target,
                settings,
                kinds=fields,
                rows=rows,
                reasons=reasons,
                legal_note=legal_note,
                months=months,
            )
            typer.echo(
                f"Asked: may {asked.scope} of {dataset}, which is under {asked.licence_id}, go to "
                f"{target.value} until {asked.valid_until}? It stands on the ballot of the next round, as "
                f"soon as the dataset has proposed edits (question {asked.digest[:12]})."
            )

    return app


def _told(given: Permission) -> str:
    """A permission in a sentence."""
    role = f", {given.role}" if given.role else ""
    right = ", with the database right" if given.covers_database_right else ""
    until = f", until {given.valid_until}" if given.valid_until else ""
    ticket = f", ticket {given.ticket}" if given.ticket else ""
    letter = f", letter {given.letter[:12]}" if given.letter else ""
    return (
        f"{given.dataset}, {given.target.value}: {given.kind.value} of {given.given_on} by {given.by}{role}, "
        f"for {given.scope} under {given.licence_id}{right}{until}{ticket}{letter}. Hash {given.hash}."
    )


def _echo_answers(dataset: str, settings: Settings) -> None:
    from heritage.wiring.licences import licence_answers
    from heritage.wiring.pipeline import load_dataset

    for target, found in licence_answers(load_dataset(dataset, settings), settings).items():
        typer.echo(printable(f"{target.value}: {found.answer.value}. {found.reason}"))
