"""Great Expectations, run on a table in memory: nothing is stored, asked or reported anywhere."""

import logging
import os
from pathlib import Path
from typing import Any

import pyarrow as pa
import yaml

from heritage.errors import SpecError
from heritage.model.digest import digest_bytes
from heritage.model.issue import Severity
from heritage.ports.checks import ExpectationResult

_COMMON = "common"


class ExpectationSuites:
    """Port Checker over a folder of suites, `common.yaml` and one file a kind, in the shape of
    Great Expectations (name, expectations with type, kwargs, meta); meta holds severity and why."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def digest(self, kind: str) -> str:
        return digest_bytes(*(path.read_bytes() for path in self._paths(kind)))[:16]

    def check(self, kind: str, records: pa.Table) -> list[ExpectationResult]:
        suites = [_read(path) for path in self._paths(kind)]
        gx = _great_expectations()
        context = gx.get_context(mode="ephemeral", project_config=_in_memory())
        batch = (
            context.data_sources.add_pandas("records")
            .add_dataframe_asset("records")
            .add_batch_definition_whole_dataframe("records")
            .get_batch({"dataframe": records.drop_columns(["names"]).to_pandas()})
        )
        results = []
        for suite in suites:
            found = batch.validate(
                _whole(gx.ExpectationSuite(**suite), suite),
                # values of records stay out of the results: a place may not be public
                result_format={"result_format": "BASIC", "partial_unexpected_count": 0},
            )
            results += [_result(suite["name"], one) for one in found.results]
        return results

    def _paths(self, kind: str) -> list[Path]:
        paths = [self._folder / f"{name}.yaml" for name in (_COMMON, kind)]
        for path in paths:
            if not path.is_file():
                raise SpecError(f"{path.name}: there is no suite of expectations for kind {kind!r}")
        return paths


def _great_expectations() -> Any:
    """The library, quiet and without analytics; it takes seconds to import, so only a check does."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    logging.getLogger("great_expectations").setLevel(logging.CRITICAL)
    import great_expectations

    return great_expectations


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


def _read(path: Path) -> dict[str, Any]:
    try:
        suite = yaml.safe_load(path.read_text(encoding="utf-8"))
        for expectation in suite["expectations"]:
            Severity(expectation["meta"]["severity"])
            str(expectation["meta"]["why"])
    except (OSError, yaml.YAMLError, KeyError, TypeError, ValueError) as error:
        raise SpecError(
            f"{path.name}: not a suite whose expectations have meta.severity and meta.why: {error}"
        ) from error
    return {"name": suite["name"], "expectations": suite["expectations"]}


def _whole(built: Any, suite: dict[str, Any]) -> Any:
    """The suite as built; the library leaves out an expectation that it does not understand."""
    understood = {one.expectation_type for one in built.expectations}
    lost = sorted({one["type"] for one in suite["expectations"]} - understood)
    if lost or len(built.expectations) != len(suite["expectations"]):
        raise SpecError(f"{suite['name']}.yaml: unknown, wrong or repeated expectation: {', '.join(lost)}")
    return built


def _result(suite: str, one: Any) -> ExpectationResult:
    config, found = one.expectation_config, one.result or {}
    if one.exception_info.get("exception_message") or "unexpected_count" not in found:
        raised = [v for v in one.exception_info.values() if isinstance(v, dict)]
        message = one.exception_info.get("exception_message") or (raised and raised[0]["exception_message"])
        if message:
            raise SpecError(f"{suite}.yaml: {config.type} cannot be computed: {message}")
    return ExpectationResult(
        suite,
        config.type,
        config.kwargs.get("column"),
        Severity(config.meta["severity"]),
        config.meta["why"],
        bool(one.success),
        int(found.get("unexpected_count") or 0),
        float(found.get("unexpected_percent") or 0) / 100,
    )
