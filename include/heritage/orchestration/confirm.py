"""The task `confirm`: the secretary says in Airflow's required actions that a round went by the rules.

While it waits the task holds no worker. Nobody's answer within the days of the terms confirms.
"""

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from airflow.providers.standard.operators.hitl import HITLOperator
from airflow.sdk import Param

from heritage.model.shown import printable, shorten
from heritage.orchestration.approval import plain, respondents
from heritage.orchestration.failures import as_airflow
from heritage.wiring.settings import Settings

if TYPE_CHECKING:  # DAGs are parsed without what they do
    from heritage.wiring.conduct import Confirmation

CONFIRM, RETURN = "Confirm", "Return to the body"
_SHOWN = 60
_NO_REASON = "no reason was given"


class ConfirmRound(HITLOperator):
    """Gives the round on, with who confirmed it or why it was returned. Who may answer and how long there is
    time say the terms of reference on the day; where they name no secretary nobody is asked."""

    template_fields = ("round_id",)

    def __init__(self, *, round_id: Any, **given: Any) -> None:
        super().__init__(
            subject="Did this round of the governance body go by the rules?",
            options=[CONFIRM, RETURN],
            defaults=[CONFIRM],
            params={
                "reason": Param(
                    "", type="string", maxLength=1000, title="Reason", description=f"Only for “{RETURN}”."
                )
            },
            **given,
        )
        self.round_id = round_id

    def execute(self, context: Any) -> Any:
        """Asks, if there is somebody to ask and something to confirm."""
        with as_airflow():
            from heritage.wiring.conduct import confirmation

            asked = confirmation(Settings(), self.round_id)
        if asked is None:
            self.log.info(
                "Round %s is closed, or the terms name no secretary: nobody is asked.", self.round_id
            )
            return {"round_id": self.round_id, "by": "", "returned": ""}
        self.subject = f"Did round {self.round_id} go by the rules?"
        self.body = body(asked)
        self.assigned_users = respondents(asked.secretaries, Settings())
        self.response_timeout = asked.waits
        return super().execute(context)

    def execute_complete(self, context: Any, event: dict[str, Any]) -> Any:
        """Who answered what."""
        answered = super().execute_complete(context, event)
        person = answered["responded_by_user"]
        returned = ""
        if answered["chosen_options"] == [RETURN]:
            returned = str(answered["params_input"].get("reason") or "").strip() or _NO_REASON
        return {"round_id": self.round_id, "by": person["name"] if person else "", "returned": returned}


def body(asked: "Confirmation") -> str:
    """What the secretary reads, in Markdown; words of registers and members mean nothing in it."""
    counts = Counter(decision.result for decision in asked.decisions)
    told = ", ".join(f"{count} {result}" for result, count in counts.items())
    lines = [
        f"{number}. **{_text(asked.titles.get(one.proposal_id, one.proposal_id), 160)}**: {one.result}. "
        f"{_text(one.reasons, 700)}"
        for number, one in enumerate(asked.decisions[:_SHOWN], start=1)
    ]
    if len(asked.decisions) > _SHOWN:
        lines.append(f"And {len(asked.decisions) - _SHOWN} more, which the page Priorities shows.")
    return "\n".join(
        [
            f"Voting in round {asked.round_id} of {_text(asked.body, 200)} is over: {asked.took_part} of "
            f"{asked.seats} members took part. By the terms of reference it comes to {told}. Nothing is "
            f"decided "
            "before you answer:",
            "",
            *lines,
            "",
            f"**{CONFIRM}**: the round went by the rules, and these decisions are written into the log. "
            f"**{RETURN}**: it did not; give the reason, and every item is put off to another round "
            f"with it on "
            f"record. Without an answer within {_days(asked.waits)} it counts as confirmed. It can be "
            f"answered on the page Priorities as well: what comes first counts.",
        ]
    )


def _text(text: str, limit: int) -> str:
    return plain(shorten(printable(text), limit))


def _days(waits: timedelta) -> str:
    days = waits.total_seconds() / 86400
    return f"{days:g} day{'' if days == 1 else 's'}"
