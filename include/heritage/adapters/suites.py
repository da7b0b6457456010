"""The expectations that a register has to meet: those of its kind, made stricter or added to by itself."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from heritage.errors import SpecError
from heritage.model.digest import digest_json
from heritage.model.issue import Severity
from heritage.spec.closed import Arguments, Closed
from heritage.spec.dataset import DatasetSpec
from heritage.spec.dataset import Expectation as OwnExpectation
from heritage.spec.yaml_model import read_model

_COMMON = "common"
_STRICTNESS = (Severity.NOTE, Severity.ASK, Severity.STOP)
_PARAMETER = "$PARAMETER"


class _Meta(Closed):
    severity: Severity
    why: str


class _Entry(Closed):
    type: str
    kwargs: Arguments
    meta: _Meta


class _Suite(Closed):
    name: str
    expectations: list[_Entry]


@dataclass(frozen=True, slots=True)
class Expected:
    """One expectation, in the words of Great Expectations; `where` names the file and key it comes from."""

    suite: str
    where: str
    type: str
    kwargs: Mapping[str, Any]
    severity: Severity
    why: str

    @property
    def about(self) -> tuple[str, str]:
        """Type and columns: what one expectation shares with another that takes its place."""
        named = ("column", "column_list", "column_A", "column_B", "column_set")
        return self.type, str([self.kwargs[name] for name in named if name in self.kwargs])


def read_suites(folder: Path, kind: str) -> list[Expected]:
    """The common expectations and those of a kind. Raises SpecError naming the file and the key."""
    return [one for name in (_COMMON, kind) for one in _read(folder / f"{name}.yaml", kind)]


def with_own(suites: Sequence[Expected], spec: DatasetSpec) -> list[Expected]:
    """The same with what a description says itself.

    Its expectation takes the place of the suite's of the same type and columns (and severity, where there
    are several); any other is added. To be looser than the suite it must say why under `loosens`.
    Raises SpecError naming the file and the key.
    """
    result = list(suites)
    for number, own in enumerate(spec.checks.expectations):
        where = f"{spec.id}.yaml: checks.expectations[{number}]"
        given = Expected(spec.id, where, own.type, own.kwargs, own.severity, own.why)
        same = [one for one in suites if one.about == given.about]
        if len(same) > 1:
            same = [one for one in same if one.severity == given.severity] or same
        if len(same) > 1:
            raise SpecError(
                f"{where}: the suites have several {own.type} of this column; give a severity of one"
            )
        _refuse_silent_loosening(own, given, same)
        if same:
            result[result.index(same[0])] = given
        else:
            result.append(given)
    return result


def digest(expected: Sequence[Expected]) -> str:
    """Changes with what any expectation demands or says."""
    return digest_json([[one.type, dict(one.kwargs), one.severity, one.why] for one in expected])


def fill_in(expected: Expected, parameters: Mapping[str, Any]) -> dict[str, Any] | str:
    """The arguments with every `{$PARAMETER: name}` replaced, or the name of the one that is not known."""
    filled = {}
    for key, value in expected.kwargs.items():
        if isinstance(value, dict) and value.keys() == {_PARAMETER}:
            name = str(value[_PARAMETER])
            if name not in parameters:
                raise SpecError(
                    f"{expected.where}: kwargs.{key}: there is no parameter {name!r}; "
                    f"known are: {', '.join(sorted(parameters))}"
                )
            if parameters[name] is None:
                return name
            value = parameters[name]
        filled[key] = value
    return filled


def _read(path: Path, kind: str) -> list[Expected]:
    if not path.is_file():
        raise SpecError(f"{path.name}: there is no suite of expectations for kind {kind!r}")
    return [
        Expected(
            path.stem,
            f"{path.name}: expectations[{number}]",
            one.type,
            one.kwargs,
            one.meta.severity,
            one.meta.why,
        )
        for number, one in enumerate(read_model(path, _Suite).expectations)
    ]


def _refuse_silent_loosening(own: OwnExpectation, given: Expected, same: Sequence[Expected]) -> None:
    looser = _looser(same[0], given) if same else []
    if looser and not own.loosens:
        raise SpecError(
            f"{given.where}: {', '.join(looser)} may be looser than in {same[0].suite}.yaml; "
            "make it stricter, or say under loosens why this register may do worse"
        )
    if own.loosens and not looser:
        raise SpecError(f"{given.where}: loosens: nothing is looser than in the suites; leave it out")


def _looser(suite: Expected, own: Expected) -> list[str]:
    """What is, or cannot be shown not to be, looser."""
    found = ["severity"] if _STRICTNESS.index(own.severity) < _STRICTNESS.index(suite.severity) else []
    for key in sorted({*suite.kwargs, *own.kwargs}):
        before, now = suite.kwargs.get(key), own.kwargs.get(key)
        if before != now and not _is_stricter(key, before, now):
            found.append(key)
    return found


def _is_stricter(key: str, before: Any, now: Any) -> bool:
    try:
        return _STRICTER.get(key, lambda *_: False)(before, now)
    except TypeError:  # a text where there was a number
        return False


def _at_least(before: Any, now: Any) -> bool:
    return now is not None and (before is None or now >= before)


def _at_most(before: Any, now: Any) -> bool:
    return now is not None and (before is None or now <= before)


_STRICTER: Mapping[str, Callable[[Any, Any], bool]] = {
    "mostly": lambda before, now: (1 if now is None else now) >= (1 if before is None else before),
    "at_most": lambda before, now: (now or 0) <= (before or 0),
    "min_value": _at_least,
    "max_value": _at_most,
    "strict_min": lambda _, now: bool(now),
    "strict_max": lambda _, now: bool(now),
}
"""By argument: whether a new value is at least as strict as the one before."""
