"""What the DAGs of registers and of layers have in common: how often they try, and the head of their page."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from heritage.orchestration.approval import plain
from heritage.orchestration.failures import WhenAsked
from heritage.orchestration.watch import WATCHED, late_after
from heritage.spec.source import SourceSpec

LATE = late_after(timedelta(days=1))
"""When a run of a register or a layer is late: a pull may take hours, and who approves it has a day."""


def task_defaults(spec: SourceSpec) -> dict[str, Any]:
    """Whose tasks they are, and when they are tried again."""
    return {
        "owner": spec.maintainers[0],
        "retries": 3,
        "retry_delay": timedelta(minutes=5),
        "retry_exponential_backoff": 2.0,
        "max_retry_delay": timedelta(hours=2),
        "retry_policy": WhenAsked(),
    } | WATCHED


def documented(spec: SourceSpec, facts: Mapping[str, str], closing: str) -> str:
    """The DAG's page in Airflow: title, a table of facts, what a run does.

    Text of a description is shown as text: Markdown and HTML in it lose their meaning.
    """
    told = dict(facts) | ({"Not verified": spec.unverified} if spec.unverified else {})
    lines = [f"# {plain(spec.title)}", "", plain(spec.description), "", "| | |", "|---|---|"]
    lines += [f"| {name} | {plain(value)} |" for name, value in told.items()]
    return "\n".join([*lines, "", closing])
