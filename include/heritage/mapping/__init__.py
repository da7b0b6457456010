"""From a register's rows to records: pure functions of rows, a description and what we know of the world."""

from heritage.mapping.records import MappedRows, hand_records, map_rows
from heritage.mapping.world import Country, World

__all__ = ["Country", "MappedRows", "World", "hand_records", "map_rows"]
