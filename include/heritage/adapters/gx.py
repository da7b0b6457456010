"""Great Expectations, run on a table in memory: nothing is stored, asked or reported anywhere."""

import difflib
import logging
import os
import re
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from heritage.adapters.suites import Expected, digest, fill_in, read_suites, with_own
from heritage.errors import SpecError
from heritage.model.digest import digest_json
from heritage.model.issue import IssueCode, Severity
from heritage.model.shown import printable
from heritage.model.tables import RECORDS
from heritage.ports.checks import Examined, ExpectationResult
from heritage.spec.dataset import DatasetSpec
from heritage.spec.properties import IdentifierFormats
from heritage.spec.thresholds import RecordRules

_CHECKED = [field.name for field in RECORDS if not pa.types.is_nested(field.type)]
_SEVERITIES = {Severity.STOP: "critical", Severity.ASK: "warning", Severity.NOTE: "info"}
# values of records stay out of the results: a place may not be public
_FORMAT = {"result_format": "BASIC", "partial_unexpected_count": 0}
_COUNTED = (
    "element_count",
    "missing_count",
    "missing_percent",
    "unexpected_count",
    "unexpected_percent",
    "unexpected_percent_nonmissing",
    "unexpected_percent_total",
)
_NUMBER = "number"  # the library gives failed computations first


class ExpectationSuites:
    """Port Checker over a folder of suites, `common.yaml` and one file a kind, in the shape of
    Great Expectations (name, expectations with type, kwargs, meta); meta holds severity and why.

    An argument may be `{$PARAMETER: name}`: a rule by its name in `rules`, `identifier_format`, or
    `noted.<code>`, how many records the mapping noted something of.
    """

    def __init__(self, folder: Path, rules: RecordRules, formats: IdentifierFormats) -> None:
        self._folder, self._rules, self._formats = folder, rules, formats

    def digest(self, spec: DatasetSpec) -> str:
        facts = [self._rules.model_dump(mode="json"), self._formats.of(spec.item.identifier)]
        return digest_json([digest(self._expected(spec)), *facts])[:16]

    def verify(self, spec: DatasetSpec) -> None:
        expected = self._expected(spec)
        if spec.checks.expectations:  # else there is nothing that only this register says
            self._build(expected, spec, {})

    def check(self, spec: DatasetSpec, records: pa.Table, noted: Mapping[str, int]) -> Examined:
        from heritage.adapters.data_docs import page

        built, left_out = self._build(self._expected(spec), spec, noted)
        found = _validate([one for _, one in built], records)
        results = tuple(_result(one, answer) for (one, _), answer in zip(built, found, strict=True))
        return Examined(results, left_out, page(spec.title, found))

    def _expected(self, spec: DatasetSpec) -> list[Expected]:
        return with_own(read_suites(self._folder, spec.kind), spec)

    def _build(
        self, expected: Sequence[Expected], spec: DatasetSpec, noted: Mapping[str, int]
    ) -> tuple[list[tuple[Expected, Any]], tuple[str, ...]]:
        """Each expectation as an object of the library, and why others are left out."""
        _quiet()
        parameters = {
            **self._rules.model_dump(),
            "identifier_format": self._formats.of(spec.item.identifier),
            **{f"noted.{code.value}": noted.get(code.value, 0) for code in IssueCode},
        }
        built, left_out = [], []
        for one in expected:
            kwargs = fill_in(one, parameters)
            if isinstance(kwargs, str):
                if of := spec.item.identifier:  # else there is no property whose format could be known
                    left_out.append(f"{one.why} Not checked: {kwargs} of {of} is not known.")
            else:
                built.append((one, _expectation(one, kwargs)))
        return built, tuple(left_out)


def _quiet() -> None:
    """No analytics and no log of the library; it takes seconds to import, so only a check does."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    logging.getLogger("great_expectations").setLevel(logging.CRITICAL)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of modules that the library still imports
        import great_expectations  # noqa: F401


def _expectation(one: Expected, kwargs: Mapping[str, Any]) -> Any:
    from great_expectations.compatibility.pydantic import ValidationError
    from great_expectations.exceptions import ExpectationNotFoundError
    from great_expectations.expectations.registry import (
        get_expectation_impl,
        list_registered_expectation_implementations,
    )

    import heritage.adapters.expectations  # noqa: F401 - makes our own known

    try:
        expectation = get_expectation_impl(one.type)
    except ExpectationNotFoundError:
        near = difflib.get_close_matches(one.type, list_registered_expectation_implementations(), n=1)
        hint = f", did you mean {near[0]!r}?" if near else ""
        raise SpecError(f"{one.where}: type: there is no {one.type!r}{hint}") from None
    try:
        built = expectation(**kwargs, severity=_SEVERITIES[one.severity], description=printable(one.why))
    except ValidationError as error:
        faults = "; ".join(
            f"kwargs.{'.'.join(map(str, fault['loc']))}: {' '.join(str(fault['msg']).split())}"
            for fault in error.errors()
        )
        raise SpecError(f"{one.where}: {one.type}: {faults}") from None
    unknown = [name for name in columns_of(built) if name not in _CHECKED]
    if unknown:
        near = difflib.get_close_matches(unknown[0], _CHECKED, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"they have {', '.join(_CHECKED)}"
        raise SpecError(f"{one.where}: records have no column {unknown[0]!r} to check; {hint}")
    return built


def columns_of(built: Any) -> list[str]:
    """The columns that an expectation looks at."""
    single = (getattr(built, name, None) for name in ("column", "column_A", "column_B"))
    return [name for name in (*single, *(getattr(built, "column_list", None) or ())) if name]


def _validate(built: Sequence[Any], records: pa.Table) -> list[Any]:
    """The library's results, in order. It is given batches of the columns that are asked about together: it
    copies its whole batch for every expectation, and would hash it thrice as an asset of a data source."""
    import great_expectations
    from great_expectations.execution_engine import PandasExecutionEngine
    from great_expectations.validator.validator import Validator

    context = great_expectations.get_context(mode="ephemeral", project_config=_in_memory())
    together: dict[tuple[str, ...], list[Any]] = {}
    for number, one in enumerate(built):
        configuration = one.configuration
        configuration.meta = {_NUMBER: number}
        together.setdefault(tuple(columns_of(one)) or ("record_id",), []).append(configuration)
    found = []
    for columns, configurations in together.items():
        engine = PandasExecutionEngine()
        engine.load_batch_data("records", records.select(columns).to_pandas())
        found += Validator(execution_engine=engine, data_context=context).graph_validate(
            configurations, runtime_configuration={"result_format": _FORMAT}
        )
    return sorted(found, key=lambda answer: int(answer.expectation_config.meta[_NUMBER]))


def _in_memory() -> Any:
    """A configuration without sites of its own on disk and without progress bars."""
    from great_expectations.data_context.types.base import (
        DataContextConfig,
        InMemoryStoreBackendDefaults,
        ProgressBarsConfig,
    )

    return DataContextConfig(
        store_backend_defaults=InMemoryStoreBackendDefaults(init_temp_docs_sites=False),
        progress_bars=ProgressBarsConfig(globally=False),
        analytics_enabled=False,
    )


def _result(expected: Expected, answer: Any) -> ExpectationResult:
    raised = answer.exception_info
    message = raised.get("exception_message") or next(
        (one["exception_message"] for one in raised.values() if isinstance(one, dict)), None
    )
    if message and "unexpected_count" not in (answer.result or {}):
        told = re.sub(r"(['\"]).*?\1", "…", message, flags=re.DOTALL)  # it may quote a record
        raise SpecError(f"{expected.where}: {expected.type} cannot be computed: {told}")
    found = _counts(answer)
    return ExpectationResult(
        expected.suite,
        expected.type,
        expected.kwargs.get("column"),
        expected.severity,
        expected.why,
        bool(answer.success),
        int(found.get("unexpected_count") or 0),
        float(found.get("unexpected_percent") or 0) / 100,
    )


def _counts(answer: Any) -> dict[str, Any]:
    """What was found, and nothing of a record: aggregates would tell the northernmost place of all."""
    found = answer.result or {}
    observed = found.get("observed_value")
    place = {"lat", "lon"} & {answer.expectation_config.kwargs.get("column")}
    counts = {name: found[name] for name in _COUNTED if name in found}
    if observed is not None:
        shown = isinstance(observed, int | float) and not place
        counts["observed_value"] = observed if shown else "not shown"
    answer.result = counts
    return counts
