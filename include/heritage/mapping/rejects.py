"""Which rows cannot become records, and why."""

from heritage.mapping.places import Places
from heritage.mapping.register import Register
from heritage.model.issue import Issue, IssueCode, Severity

_NAMED = 20  # other rows of one id that a message names


def reject_rows(register: Register, places: Places) -> dict[int, Issue]:
    """The reason of each rejected row: unreadable, without an id, with the id of another, or without
    a possible place. Two rows with one id are both rejected: neither can be trusted to be the record."""
    rejects: dict[int, Issue] = {}
    by_id: dict[str, list[int]] = {}
    for i, row in enumerate(register.rows):
        if row.fault:
            rejects[i] = register.issue(row.fault, Severity.REJECT, i)
        elif not register.ids[i]:
            rejects[i] = register.issue(
                IssueCode.ID_MISSING, Severity.REJECT, i, field=register.spec.record.id.name()
            )
        else:
            by_id.setdefault(register.ids[i], []).append(i)
    for members in by_id.values():
        if len(members) > 1:
            rejects.update({i: _duplicate(register, i, members) for i in members})
    for i, fault in places.rejects.items():
        if i not in rejects:
            rejects[i] = register.issue(
                fault.code, Severity.REJECT, i, field=fault.column, value=fault.value, hint=fault.hint
            )
    return rejects


def _duplicate(register: Register, i: int, members: list[int]) -> Issue:
    others = [register.rows[j] for j in members if j != i]
    file = register.rows[i].file
    named = [f"{row.number}" + ("" if row.file == file else f" of {row.file}") for row in others[:_NAMED]]
    more = f" and {len(others) - _NAMED} more" if len(others) > _NAMED else ""
    return register.issue(
        IssueCode.ID_DUPLICATE,
        Severity.REJECT,
        i,
        field=register.spec.record.id.name(),
        value=register.ids[i],
        hint=f"The same id stands in row {', '.join(named)}{more}. {IssueCode.ID_DUPLICATE.remedy}",
    )
