"""Is this snapshot fit for use? Pure functions over its tables, the description and the last good one."""

from heritage.quality.changes import compare
from heritage.quality.snapshot import check_against_previous, check_snapshot

__all__ = ["check_against_previous", "check_snapshot", "compare"]
