"""What the end of a permission closes: to ask for another takes weeks, so people are told before."""

from collections.abc import Iterable
from datetime import date, timedelta

from heritage.licence.gate import Facts, GateAnswer, answer
from heritage.licence.permission import Permission, PermissionKind, Target
from heritage.licence.vocabulary import Licences
from heritage.model.edit import Kind
from heritage.model.governance import LicenceAnswer

_DAY = timedelta(days=1)


def closes(
    permission: Permission,
    facts: Facts,
    licences: Licences,
    permissions: Iterable[Permission],
    *,
    today: date,
) -> bool:
    """Whether something that this permission opens, or opened until it ended, is closed from its end on, or
    was and still is today: no other of the `permissions` in force opens it, and neither does the licence.

    Towards Commons each image may have a licence of its own, which is not known here: there it is enough that
    no other permission lasts longer.
    """
    ends, given = permission.valid_until, tuple(permissions)
    if ends is None:
        return False
    whole: tuple[Kind | None, ...] = tuple(Kind) if permission.target is Target.WIKIDATA else (None,)

    def on(day: date, kind: Kind | None) -> GateAnswer:
        return answer(facts, permission.target, licences, given, today=day, kind=kind)

    if permission.target is Target.COMMONS and not facts.media:
        opens = permission.kind is not PermissionKind.NONE
        return opens and not any(_outlasts(one, permission) for one in given)
    for kind in permission.scope.kinds or whole:
        before = on(ends - _DAY, kind)
        if before.permission == permission and not _covers(on(max(ends, today), kind), permission):
            return True
    return False


def _outlasts(other: Permission, permission: Permission) -> bool:
    same = (other.dataset, other.target) == (permission.dataset, permission.target)
    lasts = other.valid_until is None or (permission.valid_until or other.valid_until) < other.valid_until
    return same and lasts and other.kind is not PermissionKind.NONE


def _covers(then: GateAnswer, permission: Permission) -> bool:
    """Whether an answer lets out all that the permission did."""
    rows = permission.scope.rows
    whole = not then.rows or (bool(rows) and set(rows) <= set(then.rows))
    return then.answer is LicenceAnswer.ALLOW and whole
