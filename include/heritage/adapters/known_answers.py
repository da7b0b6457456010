"""Tasks whose answer is known, as a table beside the description of a campaign."""

import csv
import re
from pathlib import Path

from heritage.errors import SpecError
from heritage.model.review import NONE_OF_THESE
from heritage.spec.closed import QID

_COLUMNS = ("dataset", "record_id", "choice")


def read_known(path: Path) -> dict[str, dict[str, str]]:
    """Dataset to record id, or term, to choice (an item or `none`); empty without such a file.

    Raises SpecError naming file and line.
    """
    if not path.exists():
        return {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return _known(path.name, csv.DictReader(file))
    except UnicodeDecodeError:
        raise SpecError(f"{path.name} is not in UTF-8: save it as CSV in UTF-8") from None
    except csv.Error as error:
        raise SpecError(f"{path.name} cannot be read as CSV: {error}") from None


def _known(name: str, rows: "csv.DictReader[str]") -> dict[str, dict[str, str]]:
    known: dict[str, dict[str, str]] = {}
    if missing := [one for one in _COLUMNS if one not in (rows.fieldnames or ())]:
        raise SpecError(f"{name}: the columns are {','.join(_COLUMNS)}; missing: {','.join(missing)}")
    for number, row in enumerate(rows, start=2):
        dataset, record_id, choice = (row[one] or "" for one in _COLUMNS)
        if not dataset or not record_id or not (re.fullmatch(QID, choice) or choice == NONE_OF_THESE):
            raise SpecError(
                f"{name}, line {number}: dataset, record id and choice are wanted; a choice is an item as "
                f"Q42, or {NONE_OF_THESE}"
            )
        if known.setdefault(dataset, {}).setdefault(record_id, choice) != choice:
            raise SpecError(f"{name}, line {number}: {record_id!r} has another choice above")
    return known
