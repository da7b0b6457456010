"""Which rows cannot become records, and why."""

from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from heritage.mapping.places import Places
from heritage.mapping.register import Register
from heritage.mapping.text import same
from heritage.model.arrow import pc
from heritage.model.issue import Issue, IssueCode, Severity
from heritage.model.tables import REJECTED

_NAMED = 20  # other rows of one id that a message names


def reject_rows(register: Register, places: Places, by_id: np.ndarray) -> dict[int, Issue]:
    """The reason of each rejected row: unreadable, without an id, with the id of another, or without
    a possible place. Two rows with one id are both rejected: neither can be trusted to be the record.

    `by_id` are the positions of all rows sorted by their ids.
    """
    rejects = {i: register.issue(fault, Severity.REJECT, i) for i, fault in register.faults.items()}
    column = register.spec.record.id.name()
    readable = np.ones(register.rows, dtype=bool)
    readable[list(rejects)] = False
    named = pc.is_valid(register.ids).to_numpy(zero_copy_only=False)
    for i in np.flatnonzero(readable & ~named).tolist():
        rejects[i] = register.issue(IssueCode.ID_MISSING, Severity.REJECT, i, field=column)
    for members in _sharing(register, by_id[(readable & named)[by_id]]):
        told = members[: _NAMED + 1]
        rejects.update({i: _duplicate(register, i, told, len(members)) for i in members})
    for i, fault in places.rejects.items():
        if i not in rejects:
            rejects[i] = register.issue(
                fault.code, Severity.REJECT, i, field=fault.column, value=fault.value, hint=fault.hint
            )
    return rejects


def rejected_table(register: Register, rejects: Mapping[int, Issue]) -> pa.Table:
    """The rejected rows in the schema REJECTED."""
    at = np.array(sorted(rejects), dtype=int)
    issues = [rejects[i] for i in at.tolist()]
    files, numbers = register.places(at)
    fields = {
        "dataset": same(register.spec.id, len(at)),
        "record_id": register.ids.take(pa.array(at)),
        "file": files,
        "row": numbers,
        "code": pa.array([issue.code.value for issue in issues], pa.string()),
        "field": pa.array([issue.field for issue in issues], pa.string()),
        "value": pa.array([issue.value for issue in issues], pa.string()),
        "reason": pa.array([str(issue) for issue in issues], pa.string()),
        "source_row": register.sources(at, register.columns.take(at)),
    }
    return pa.Table.from_arrays([fields[column.name] for column in REJECTED], schema=REJECTED)


def _sharing(register: Register, rows: np.ndarray) -> list[list[int]]:
    """Groups of rows with the same id, more than one in each; they are sorted by id."""
    if not len(rows):
        return []
    ids = register.ids.take(pa.array(rows))
    again = pc.equal(ids.slice(1), ids.slice(0, len(ids) - 1)).to_numpy(zero_copy_only=False)
    again = np.append(False, again)  # True for a row with the id of the one before
    several = again | np.append(again[1:], False)
    groups = np.split(rows[several], np.flatnonzero(~again[several])[1:])
    return [group.tolist() for group in groups if len(group)]


def _duplicate(register: Register, i: int, members: list[int], size: int) -> Issue:
    """`members` are as many of the rows with this id as a message names, and one more."""
    file = register.place(i)[0]
    others = [register.place(j) for j in members if j != i][:_NAMED]
    named = [f"{number}" + ("" if name == file else f" of {name}") for name, number in others]
    more = f" and {size - 1 - len(named)} more" if size - 1 > len(named) else ""
    return register.issue(
        IssueCode.ID_DUPLICATE,
        Severity.REJECT,
        i,
        field=register.spec.record.id.name(),
        value=register.id(i),
        hint=f"The same id stands in row {', '.join(named)}{more}. {IssueCode.ID_DUPLICATE.remedy}",
    )
