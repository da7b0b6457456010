"""Is this snapshot fit for use? Pure functions over its tables, the description and the last good one."""

from heritage.quality.changes import COMPARED, compare
from heritage.quality.drift import DRIFT, drift
from heritage.quality.personal import personal_columns
from heritage.quality.snapshot import check_against_previous, check_snapshot

__all__ = [
    "COMPARED",
    "DRIFT",
    "check_against_previous",
    "check_snapshot",
    "compare",
    "drift",
    "personal_columns",
]
