"""What engineers are told when a run needs them: a kind, which is a section of `docs/runbook.md`, and where.

Nothing in an alert is from a register: chats and mailboxes are read by more people than logs.
"""

import errno
import re
from collections.abc import Iterator
from dataclasses import dataclass
from types import MappingProxyType

from heritage import errors
from heritage.errors import HeritageError

LATE_RUN = "late-run"
WORKER_LOST = "worker-lost"
TASK_FAILED = "task-failed"
DATABASE_AWAY = "database-away"
STORAGE_FULL = "storage-full"
WAITED_TOO_LONG = "waited-too-long"


@dataclass(frozen=True, slots=True)
class Alert:
    """What engineers are told. `where` is a DAG, with its task where one failed; `link` leads to the log."""

    kind: str
    where: str
    run: str
    at: str
    """ISO 8601."""
    link: str = ""


def kind_of(error: BaseException | None) -> str:
    """The kind of a failure, from the error and those behind it; without one the worker was lost.

    >>> kind_of(errors.SourceUnavailable("away")), kind_of(KeyError("x")), kind_of(None)
    ('source-unavailable', 'task-failed', 'worker-lost')
    """
    if error is None:
        return WORKER_LOST
    return next((kind for one in _behind(error) if (kind := _own_kind(one))), TASK_FAILED)


def _behind(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    one: BaseException | None = error
    while one is not None and id(one) not in seen:
        seen.add(id(one))
        yield one
        one = one.__cause__ or one.__context__


def _own_kind(error: BaseException) -> str | None:
    name = _kebab(type(error).__name__)
    if isinstance(error, HeritageError):
        return name if name in KINDS else None
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return STORAGE_FULL
    if name in ("airflow-sensor-timeout", "hitl-timeout-error", "airflow-task-timeout"):
        return WAITED_TOO_LONG
    library = type(error).__module__.partition(".")[0]
    if library == "sqlalchemy" and name in ("operational-error", "interface-error", "timeout-error"):
        return DATABASE_AWAY
    return None


def _kebab(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", name).lower()


def _sentence(kind: type[HeritageError]) -> str:
    return " ".join((kind.__doc__ or "").split("\n\n")[0].split())


KINDS = MappingProxyType(
    {
        _kebab(name): _sentence(kind)
        for name, kind in vars(errors).items()
        if isinstance(kind, type) and issubclass(kind, HeritageError) and kind is not HeritageError
    }
    | {
        LATE_RUN: "A run has not ended by its time.",
        WORKER_LOST: "A task ended without a word: its worker was lost, or somebody killed it.",
        TASK_FAILED: "A task failed for a reason that has no name yet.",
        DATABASE_AWAY: "The database could not be reached.",
        STORAGE_FULL: "A disk or bucket is full.",
        WAITED_TOO_LONG: "A task waited for people or for a wiki until its time was over.",
    }
)
"""Every kind of alert with what it means; each is a section of the runbook."""
