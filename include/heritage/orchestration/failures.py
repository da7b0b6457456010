"""What Airflow does with each error: fail at once, skip, or (anything else) try again."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

from heritage.errors import (
    DecisionMissing,
    DecisionStale,
    GovernanceError,
    SnapshotStopped,
    SourceChanged,
    SpecError,
    StoreDamaged,
    WikiStopped,
)

_HOPELESS = (
    SpecError,
    StoreDamaged,
    SourceChanged,
    SnapshotStopped,
    DecisionStale,
    GovernanceError,
    WikiStopped,
)
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
