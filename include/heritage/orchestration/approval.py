"""The task `approve`: asks an engineer in the Airflow UI when a check does, and passes at once otherwise.

While it waits the task holds no worker. Nobody's answer within the days of the settings is a no.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from airflow.providers.standard.operators.hitl import HITLOperator
from airflow.sdk import BaseNotifier
from airflow.sdk.exceptions import AirflowSkipException
from airflow.sdk.execution_time.hitl import HITLUser

from heritage.errors import SnapshotStopped
from heritage.model.approval import Answer, Question
from heritage.orchestration.checks_link import checks_address
from heritage.orchestration.failures import as_airflow
from heritage.orchestration.sight import tell_step
from heritage.spec.loader import LoadedLayer
from heritage.wiring.settings import Settings

APPROVE, REJECT = "Approve", "Reject"


class ApproveSnapshot(HITLOperator):
    """Gives the snapshot id on, as the steps before and after it do.

    Refused by a person the task and what follows is skipped; without an answer in time it fails. Either way
    the last good snapshot stays in use.
    """

    template_fields = ("checked",)

    def __init__(
        self,
        *,
        loaded: Any,
        settings: Settings,
        checked: Any,
        notifiers: Sequence[BaseNotifier] = (),
        **given: Any,
    ) -> None:
        super().__init__(
            subject=f"Use this snapshot of {plain(loaded.spec.title)}?",
            options=[APPROVE, REJECT],
            defaults=[REJECT],
            response_timeout=timedelta(days=settings.approval_days),
            assigned_users=respondents(settings.engineer_names, settings) or None,
            notifiers=notifiers,
            **given,
        )
        self.loaded, self.checked = loaded, checked

    def execute(self, context: Any) -> Any:
        """Asks, if there is something to ask."""
        with as_airflow():
            asked = self._question(self.checked["snapshot"])
        if asked is None:
            tell_step(self.task_id, self.loaded, self.checked)
            return {"snapshot": self.checked["snapshot"]}
        self.body = body(asked, checks_address(asked.dataset, asked.snapshot), self.response_timeout)
        return super().execute(context)

    def execute_complete(self, context: Any, event: dict[str, Any]) -> Any:
        """Writes the answer down, and goes on or ends."""
        snapshot = self.checked["snapshot"]
        answered = super().execute_complete(context, event)
        person = answered["responded_by_user"]
        approved = answered["chosen_options"] == [APPROVE]
        try:
            with as_airflow():
                answer = Answer(approved, person["name"] if person else None, "Airflow")
                try:
                    return self._written(answer, snapshot)
                except SnapshotStopped as refused:
                    if not person:
                        raise
                    self.log.warning("%s", refused)
                    raise AirflowSkipException(str(refused)) from None
        finally:
            self.log.info("Page of the checks: %s", checks_address(self.loaded.spec.id, snapshot))

    def _question(self, snapshot: str) -> Question | None:
        from heritage.wiring.pipeline import Run, open_question

        return open_question(Run(self.loaded, Settings()), snapshot)

    def _written(self, answer: Answer, snapshot: str) -> dict[str, Any]:
        from heritage.wiring.pipeline import Run, run_step

        return run_step("approve", Run(self.loaded, Settings(), answer=answer), snapshot)


class ApproveLayer(ApproveSnapshot):
    """The same for the features of a layer."""

    loaded: LoadedLayer

    def _question(self, snapshot: str) -> Question | None:
        from heritage.wiring.layers import open_layer_question

        return open_layer_question(self.loaded, Settings(), snapshot)

    def _written(self, answer: Answer, snapshot: str) -> dict[str, Any]:
        from heritage.wiring.layers import run_layer_step

        return run_layer_step("approve", self.loaded, Settings(), snapshot, answer=answer)


def respondents(names: Iterable[str], settings: Settings) -> list[HITLUser]:
    """Who alone may answer a required action. Airflow compares ids: with the simple auth manager these are
    the user names, others have their own (`airflow_ids`)."""
    return [HITLUser(id=settings.airflow_id_of.get(name, name), name=name) for name in names]


def body(asked: Question, address: str, waits: timedelta | None) -> str:
    """What the engineer reads, in Markdown; words of the register and its description mean nothing in it."""
    found = [f"{number}. {plain(finding)}" for number, finding in enumerate(asked.findings, start=1)]
    notes = f" There are {asked.notes} notes besides." if asked.notes else ""
    last = asked.last_good
    stays = f"Snapshot {last} stays in use." if last else "No snapshot is in use until then."
    days = f"{waits.total_seconds() / 86400:g} days" if waits else "the time that is set"
    return "\n".join(
        [
            f"A new snapshot of **{plain(asked.title)}** has {asked.records:,} {asked.what}; "
            f"{asked.rejected:,} rows were rejected.{notes} The checks leave it to you whether it is used:",
            "",
            *found,
            "",
            f"[Page of the checks]({address}), snapshot {asked.snapshot}. {stays}",
            "",
            f"**{APPROVE}**: it becomes the good snapshot and the run goes on. **{REJECT}**: it is not used. "
            f"Without an answer within {days} it is not used either.",
        ]
    )


def plain(text: str) -> str:
    """Text as text: Markdown and HTML in it lose their meaning."""
    return re.sub(r"([\\`*_{}\[\]<>#|!~])", r"\\\1", " ".join(text.split()))
