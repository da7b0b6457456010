"""What of a dump goes into an index, told from the bytes of a line where they tell it."""

import re
from collections.abc import Collection
from typing import Any

from heritage.adapters.wikidata.above import number
from heritage.reconcile.items import Row, has_any, item_row

_HEAD = re.compile(rb'\{\s*"type"\s*:\s*"item"\s*,\s*"id"\s*:\s*"Q(\d+)"\s*,.*\}', re.DOTALL)
_ITEM = re.compile(rb'"Q(\d+)"')
_ITSELF = 2
"""How often an entity names itself: as its id, and in some dumps as its title."""


class Filter:
    """Keeps carriers of a property and items of a class; as mere context all classes, and what is `named`."""

    def __init__(self, carried: Collection[str], classes: Collection[int], named: Collection[int]) -> None:
        """`classes` and `named` are numbers of items."""
        self._carried = tuple(carried)
        self._classes = {f"Q{one}" for one in classes}
        self._class_numbers = {b"%d" % one for one in classes}
        self._named = frozenset(named)
        keys = "|".join(sorted({*carried, "P279"}))
        self._keys = re.compile(f'"(?:{keys})"'.encode())

    def passes_over(self, line: bytes) -> bool:
        """Whether the item of a line has no place in the index for certain; to parse a line takes four times
        as long. Of what does not look like the line of an item nothing is certain."""
        head = _HEAD.fullmatch(line)
        if head is None or int(head[1]) in self._named or self._keys.search(line):
            return False
        items = _ITEM.findall(line)
        if len(items) <= _ITSELF and b'"numeric-id"' in line:  # before 2016 items were named by number alone
            return False
        return bool(self._classes) and self._class_numbers.isdisjoint(items)

    def row(self, entity: dict[str, Any]) -> Row | None:
        """The row of an entity; None for one that has no place in the index."""
        wanted = has_any(entity, self._classes, self._carried)
        if not wanted:
            claims = entity.get("claims") or {}
            if "P279" not in claims and number(entity.get("id") or "Q0") not in self._named:
                return None
        row = item_row(entity)
        return row and row | {"context": not wanted}
