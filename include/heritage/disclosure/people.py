"""What people asked for and agreed to, as it stands: the one part of disclosure that no rule decides."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pyarrow as pa

from heritage.model.arrow import pc, put, with_columns
from heritage.model.digest import digest_json
from heritage.model.disclosure import Asked, Disclosure, Request

REASON = "it is withheld at the request of those who may ask for that"
"""Who asked, when and why is theirs to tell: it stands in no table and no page."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What holds for one record now. `relaxed` are rules that the governance body loosened, each with the
    class it may come down to."""

    asked: Disclosure | None = None
    consent: bool = False
    relaxed: tuple[tuple[str, Disclosure], ...] = ()

    def loosened(self, rule: str, disclosure: Disclosure) -> Disclosure:
        """The class that a rule still demands."""
        return min(disclosure, dict(self.relaxed).get(rule, disclosure))


NOBODY = Standing()


def standing(requests: Iterable[Request]) -> dict[str, Standing]:
    """Record id to what holds, from the requests on one dataset in the order in which they were entered.

    A later request never loosens an earlier one; whoever asks anew takes back what was consented and
    relaxed before.
    """
    found: dict[str, Standing] = {}
    for request in requests:
        before = found.get(request.record_id, NOBODY)
        found[request.record_id] = _after(before, request)
    return found


def _after(before: Standing, request: Request) -> Standing:
    disclosure = request.disclosure
    if request.asked is Asked.CONSENT:
        return replace(before, consent=True)
    if disclosure is None:
        return before
    if request.asked is Asked.WITHHOLD:
        return Standing(asked=max(before.asked or Disclosure.S0, disclosure))
    relaxed = dict(before.relaxed) | dict.fromkeys(request.rules, disclosure)
    asked = before.asked
    if asked is not None and "R2" in request.rules:
        asked = min(asked, disclosure)
    return replace(before, asked=asked, relaxed=tuple(sorted(relaxed.items())))


@dataclass(frozen=True)
class Requested:
    """Lays what was asked for over rulings that were made before: a request holds at once, at every exit."""

    requests: Sequence[Request]
    _standing: dict[str, Standing] = field(init=False)

    def __post_init__(self) -> None:
        asked = {r: s for r, s in standing(self.requests).items() if s.asked is not None}
        object.__setattr__(self, "_standing", asked)

    @property
    def empty(self) -> bool:
        """True when nobody asked for anything that still holds."""
        return not self._standing

    @property
    def digest(self) -> str:
        """Changes with what holds."""
        return digest_json(sorted((record_id, s.asked) for record_id, s in self._standing.items()))[:16]

    def over(self, risk: pa.Table) -> pa.Table:
        """The rulings (some columns of RISK, `record_id` among them), raised where somebody asked."""
        asking = pc.is_in(risk["record_id"], value_set=pa.array(list(self._standing), pa.string()))
        at = np.flatnonzero(asking.to_numpy())
        if not len(at):
            return risk
        rows = [
            _raised(row, self._standing[row["record_id"]].asked or Disclosure.S0)
            for row in risk.take(at).to_pylist()
        ]
        said = [name for name in _SAID if name in risk.column_names]
        return with_columns(risk, {name: put(risk[name], at, [row[name] for row in rows]) for name in said})


_SAID = ("disclosure", "disclosure_rules", "disclosure_reason")


def _raised(row: dict[str, object], asked: Disclosure) -> dict[str, object]:
    rules = row.get("disclosure_rules") or []
    assert isinstance(rules, list)  # noqa: S101 - the schema says so
    held = str(row.get("disclosure") or asked)
    known = [member.value for member in Disclosure]
    stricter = max(held, asked.value) if held in known else held
    new = {"disclosure": stricter}
    if "R2" in rules:
        return row | new
    reason = str(row.get("disclosure_reason") or "").rstrip(".")
    told = f"R2: {REASON}" + (f"; {reason}." if rules else ".")
    return row | new | {"disclosure_rules": ["R2", *rules], "disclosure_reason": told}
