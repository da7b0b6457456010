"""`heritage upload`: batches of approved edits, from the pilot to the undo.

Without --live nothing is written to the wiki.
"""

from collections.abc import Callable
from typing import Annotated, Any

import typer

from heritage.cli.given import Bar, Sentences
from heritage.errors import HeritageError
from heritage.model.edit import EditState
from heritage.model.shown import printable
from heritage.model.upload import Action
from heritage.ports.orders import BatchState, UndoState
from heritage.steps.upload import counted
from heritage.wiring.settings import Settings

Account = Callable[[], Any]

Batch = Annotated[str, typer.Argument(help="Id of the batch; `heritage upload list` has them")]
Reason = Annotated[str, typer.Option("--reason", help="Why, for everybody who asks later")]
Live = Annotated[bool, typer.Option("--live", help="Really write to the wiki; without it nothing is sent")]
Anytime = Annotated[
    bool, typer.Option("--anytime", help="Also what the calendar has in a later week, and beyond its share")
]
Limit = Annotated[int | None, typer.Option(min=1, help="At most so many edits of a batch in all")]

_SHOWN = 20
"""Edits of a kind that `show` and `audit` name; the rest is counted."""


def upload_app(sentences: Sentences, bar: Bar, account: Account) -> typer.Typer:
    """The commands; `account` gives the account of the environment, None without one."""
    app = typer.Typer(help="Send what was approved, look at it, order about it, take it back.")

    def wiki() -> Any:
        found = account()
        if found is None:
            raise HeritageError("set HERITAGE_WIKI_API, HERITAGE_WIKI_USER and HERITAGE_WIKI_PASSWORD_FILE")
        return found

    _sending(app, sentences, bar, wiki)
    _looking(app, sentences, bar, account, wiki)
    for action, told in _HELP.items():
        app.command(action.value, help=told)(_order_command(action, sentences))
    return app


def _sending(app: typer.Typer, sentences: Sentences, bar: Bar, wiki: Account) -> None:
    @app.callback(invoke_without_command=True)
    def upload(
        context: typer.Context, live: Live = False, limit: Limit = None, anytime: Anytime = False
    ) -> None:
        """Send what the governance body approved to the wiki of HERITAGE_WIKI_API. A dry run by default."""
        name = context.invoked_subcommand
        if name is None:
            run(live, limit, anytime)
        elif live or limit or anytime:
            raise typer.BadParameter(f"give the options after the command: upload {name} --live")

    @app.command()
    def run(live: Live = False, limit: Limit = None, anytime: Anytime = False) -> None:
        """Send every approved batch as far as the calendar, its pilot and people's orders let it. A dry run
        by default."""
        with sentences():
            _run(wiki(), live, limit, anytime, bar)

    @app.command()
    def undo(batch: Batch, reason: Reason = "", live: Live = False) -> None:
        """Take a batch back where nobody has built on it, and say what was left. A dry run by default."""
        with sentences():
            _undo(wiki(), batch, reason, live, bar)


def _looking(app: typer.Typer, sentences: Sentences, bar: Bar, account: Account, wiki: Account) -> None:
    @app.command("list")
    def listed() -> None:
        """Show where every batch stands."""
        with sentences():
            _list(account())

    @app.command()
    def show(batch: Batch) -> None:
        """Show a batch: where it stands, every order, and its edits by what became of them."""
        with sentences():
            _show(batch)

    @app.command()
    def audit(
        batch: Annotated[str | None, typer.Argument(help="Id of the batch; all of this wiki")] = None,
    ) -> None:
        """Compare the journal with the wiki's own history. Ends with 1 when they differ."""
        with sentences():
            differ = _audit(wiki(), batch, bar)
        if differ:
            raise typer.Exit(1)


_HELP = {
    Action.RELEASE: "Say that the pilot was looked at and is right: the rest may go.",
    Action.PAUSE: "Stop a batch between two edits, until it is resumed.",
    Action.RESUME: "Let a paused batch go on.",
    Action.CANCEL: "Never send what waits; what was sent stays.",
}


def _order_command(action: Action, sentences: Sentences) -> Callable[..., None]:
    def order(batch: Batch, reason: Reason) -> None:
        with sentences():
            from heritage.wiring.batch_orders import order_batch

            settings = Settings()
            stands = order_batch(settings, settings.person, batch, action, reason)
            typer.echo(f"Batch {batch} is {stands.state}. {printable(stands.sentence)}")

    return order


def _run(account: Any, live: bool, limit: int | None, anytime: bool, bar: Bar) -> None:
    from heritage.wiring.schedule import may_send, plan_uploads
    from heritage.wiring.undo import finish_batch, to_finish
    from heritage.wiring.uploads import plan_batches, upload_batch

    settings = Settings()
    if live:
        for batch_id, state in to_finish(settings, account.target).items():
            if state is BatchState.CANCELLED:
                finish_batch(settings, account, batch_id)
            else:
                typer.echo(f"Batch {batch_id} is to be taken back: heritage upload undo {batch_id} --live")
    batches = plan_batches(settings, account)
    if not batches:
        typer.echo("Nothing is approved that is not on the wiki already.")
    due = may_send(plan_uploads(settings, account.target, batches)) if live and not anytime else None
    for batch in batches:
        if due is not None and batch.batch_id not in due:
            typer.echo(
                f"Batch {batch.batch_id} of {batch.title}: its week has not come; `heritage schedule` shows "
                "the calendar, and --anytime sends it all the same."
            )
            continue
        most = min((n for n in (limit, due and due[batch.batch_id]) if n), default=None)
        with bar(batch.batch_id) as progress:
            done = upload_batch(settings, account, batch.batch_id, live=live, limit=most, progress=progress)
        told = f"{done['confirmed']} confirmed, {done['sent_now']} of them now" if live else "a dry run"
        typer.echo(f"Batch {batch.batch_id} of {batch.title}: {told}; {done['waiting']} edits wait.")
        for reason, count in done["skipped"].items():
            typer.echo(f"  skipped {count}: {reason}")
        if live and done["waiting"]:
            typer.echo(f"  {printable(done['stands'])}")


def _list(account: Any) -> None:
    from heritage.wiring.batch_orders import batch_standing
    from heritage.wiring.stores import journal
    from heritage.wiring.uploads import plan_batches

    settings = Settings()
    begun = journal(settings).batches()
    for batch in begun:
        stands = batch_standing(settings, batch.batch_id)
        typer.echo(f"{batch.batch_id} to {batch.target}, {stands.state}: {printable(stands.sentence)}")
    known = {batch.batch_id for batch in begun}
    approved = plan_batches(settings, account) if account else []
    for planned in approved:
        if planned.batch_id not in known:
            edits = planned.edits.num_rows
            typer.echo(f"{planned.batch_id} of {planned.title}, approved: {edits} edits, not begun.")
    if not (begun or approved):
        more = "" if account else " What is approved is told of the wiki that HERITAGE_WIKI_API names."
        typer.echo(f"There is no batch in the journal.{more}")


def _show(batch_id: str) -> None:
    from heritage.wiring.batch_orders import batch_standing
    from heritage.wiring.stores import journal, undone_edits

    settings = Settings()
    entries = journal(settings).entries(batch_id)
    if not entries:
        raise HeritageError(
            f"There is no batch {batch_id} in the journal; one is written down when its upload begins. "
            "`heritage upload list` has them all."
        )
    stands = batch_standing(settings, batch_id)
    typer.echo(f"Batch {batch_id} is {stands.state}. {printable(stands.sentence)}")
    for order in stands.orders:
        at = f"{order.given_at:%Y-%m-%d %H:%M} UTC"
        typer.echo(f"  {at}: {order.action} by {printable(f'{order.given_by}: {order.reason}')}")
    notes = {note.edit_id: note for note in undone_edits(settings).entries(batch_id)}
    for state in EditState:
        found = [entry for entry in entries if entry.state is state]
        if found:
            typer.echo(f"{len(found)} edits are {state.value}:")
        for entry in found[:_SHOWN]:
            note = notes.get(entry.edit_id)
            where = f"{entry.qid or 'new item'}, revision {entry.revision}" if entry.revision else entry.qid
            more = "; " + ": ".join(filter(None, (note.state, counted(note.reason)))) if note else ""
            typer.echo(f"  {entry.edit_id} {where or 'new item'} {counted(entry.reason)}{more}".rstrip())
        if len(found) > _SHOWN:
            typer.echo(f"  and {len(found) - _SHOWN} more")


def _undo(account: Any, batch_id: str, reason: str, live: bool, bar: Bar) -> None:
    from heritage.wiring.undo import order_undo, undo_batch

    settings = Settings()
    if live:
        order_undo(settings, account, batch_id, reason)
    with bar(batch_id) as progress:
        done = undo_batch(settings, account, batch_id, live=live, progress=progress)
    would = "" if live else "A dry run: "
    typer.echo(
        f"{would}of batch {batch_id} {done.undone} edits {'are' if live else 'would be'} taken back, "
        f"{done.partly} in part; {done.left} {UndoState.LEFT}."
    )
    for why, count in done.reasons.items():
        typer.echo(f"  {count}: {why}")
    if done.deletions:
        typer.echo(
            f"{len(done.deletions)} items were made by it and nobody has built on them. A bot cannot delete "
            f"them; ask an administrator of the wiki: {' '.join(done.deletions)}"
        )


def _audit(account: Any, batch_id: str | None, bar: Bar) -> bool:
    from heritage.wiring.undo import audit_batch

    with bar("audit") as progress:
        found = audit_batch(Settings(), account, batch_id, progress)
    typer.echo(
        f"{found.batches} batches: {found.agree} edits agree, {found.sending} are on their way, "
        f"{len(found.mended)} were put right in the journal, {len(found.differences)} differ."
    )
    parts = (("put right", found.mended), ("differs", found.differences), ("changed since", found.since))
    for what, differences in parts:
        for one in differences[:_SHOWN] if what != "differs" else differences:
            typer.echo(
                f"  {what}: batch {one.batch_id}, edit {one.edit_id}, {one.qid}: {one.cause}; {one.why}"
            )
        if what != "differs" and len(differences) > _SHOWN:
            typer.echo(f"  {what}: and {len(differences) - _SHOWN} more")
    return bool(found.differences)
