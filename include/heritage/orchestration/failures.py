"""What Airflow does with each error: fail at once, skip, or (anything else) try again, and when."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from airflow.sdk import RetryDecision, RetryPolicy
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

from heritage.errors import (
    DecisionMissing,
    DecisionStale,
    EntryRefused,
    GovernanceError,
    OrderRefused,
    SnapshotStopped,
    SourceChanged,
    SourceUnavailable,
    SpecError,
    StoreDamaged,
    StoreRefused,
    WikiRefused,
    WikiStopped,
)

_HOPELESS = (
    SpecError,
    StoreDamaged,
    StoreRefused,
    SourceChanged,
    SnapshotStopped,
    DecisionStale,
    GovernanceError,
    EntryRefused,
    OrderRefused,
    WikiRefused,
    WikiStopped,
)
_LONGEST_WAIT = timedelta(days=1)
_logger = logging.getLogger(__name__)


@contextmanager
def as_airflow() -> Iterator[None]:
    """Turns our errors into Airflow's: a person must act (fail), nothing to do (skip), or try again."""
    try:
        yield
    except DecisionMissing as missing:
        raise AirflowSkipException(str(missing)) from None
    except _HOPELESS as error:
        # The sentence first: an engineer reads it before the traceback that Airflow adds.
        _logger.error("%s", error)
        raise AirflowFailException(str(error)) from None


class WhenAsked(RetryPolicy):
    """Tries again when the publisher said that we may (Retry-After), else after the delay of the task.

    Who asks for more than a day is left alone: the run ends, and the next one on the schedule asks again.
    """

    def evaluate(
        self, exception: BaseException, try_number: int, max_tries: int, context: Any = None
    ) -> RetryDecision:
        del try_number, max_tries, context  # how often is for the task to say
        asked = exception.retry_after if isinstance(exception, SourceUnavailable) else None
        if asked is None:
            return RetryDecision.default()
        if asked > _LONGEST_WAIT.total_seconds():
            return RetryDecision.fail("The publisher asks us to wait for more than a day.")
        return RetryDecision.retry(timedelta(seconds=asked), "The publisher asks us to wait so long.")
