"""`heritage decisions ask`: puts a question to the body, as the page Priorities does."""

from enum import StrEnum
from typing import Annotated

import typer

from heritage.cli.given import Sentences
from heritage.wiring.settings import Settings


class Asked(StrEnum):
    """What can be asked."""

    WEIGHTS = "weights"
    PORTFOLIO = "portfolio"
    RETRACTION = "retraction"


def ask_command(app: typer.Typer, sentences: Sentences) -> None:
    """Adds the command."""

    @app.command()
    def ask(
        kind: Annotated[Asked, typer.Argument(help="What it is about")],
        title: Annotated[str, typer.Argument(help="What is asked, in a line")],
        why: Annotated[str, typer.Option(help="Put on record")],
        by: Annotated[str, typer.Option(help="Secretary or chair; else the name that is set")] = "",
        decision: Annotated[int | None, typer.Option(help="To be withdrawn (retraction)")] = None,
        urgency: Annotated[str, typer.Option(help="Weight of the criterion (weights)")] = "",
        relevance: Annotated[str, typer.Option(help="Likewise")] = "",
        equity: Annotated[str, typer.Option(help="Likewise")] = "",
        readiness: Annotated[str, typer.Option(help="Likewise")] = "",
        alone: Annotated[
            bool, typer.Option("--alone", help="Leave what is ready to be decided to another round")
        ] = False,
    ) -> None:
        """Open a round on a question: other weights, the share waived, or a decision withdrawn."""
        with sentences():
            from heritage.model.governance import DecisionType
            from heritage.wiring.governance import put_question

            settings = Settings()
            weights = {
                "urgency": urgency,
                "relevance": relevance,
                "equity": equity,
                "readiness": readiness,
            }
            opened = put_question(
                settings,
                by or settings.person,
                DecisionType(kind.value),
                title,
                why,
                about=decision,
                weights=weights,
                alone=alone,
            )
            typer.echo(
                f"Round {opened.round_id} is open until {opened.closes_at:%Y-%m-%d %H:%M} UTC. Items on its "
                f"agenda: {len(opened.proposals)}."
            )
