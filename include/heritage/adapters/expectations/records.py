"""Expectations about records beside each other: where they lie, and what they are called there."""

from typing import Any, ClassVar, Literal

import pandas as pd
from great_expectations.compatibility import pydantic
from great_expectations.execution_engine import PandasExecutionEngine
from great_expectations.expectations.expectation import MulticolumnMapExpectation
from great_expectations.expectations.metrics.map_metric_provider import (
    MulticolumnMapMetricProvider,
    multicolumn_condition_partial,
)

from heritage.quality.centres import municipality_centres
from heritage.quality.duplicates import duplicate_sites
from heritage.spec.thresholds import CentreRules, DuplicateRules


class _Centre(MulticolumnMapMetricProvider):
    condition_metric_name = "multicolumn_values.heritage.not_municipality_centre"
    condition_value_keys = ("rules",)

    @multicolumn_condition_partial(engine=PandasExecutionEngine)
    def _pandas(cls, column_list: pd.DataFrame, rules: dict[str, Any], **_: Any) -> pd.Series:  # noqa: N805
        lat, lon, municipality = (column_list[name] for name in column_list.columns)
        found = municipality_centres(
            lat.to_numpy(), lon.to_numpy(), municipality, CentreRules.model_validate(rules)
        )
        return pd.Series(~found, index=column_list.index)


class ExpectPointsNotMunicipalityCentre(MulticolumnMapExpectation):
    """Points that are not the middle of a municipality (`records.centre` in the thresholds).

    `column_list` is latitude, longitude, municipality; `mostly` is a share of all records.
    """

    column_list: list[str] = ["lat", "lon", "municipality"]  # noqa: RUF012 - pydantic copies it
    ignore_row_if: Literal["all_values_are_missing", "any_value_is_missing", "never"] = "never"
    rules: dict[str, Any]
    map_metric: ClassVar[str] = _Centre.condition_metric_name
    success_keys: ClassVar[tuple[str, ...]] = ("rules", "mostly")
    _rules_are_whole = pydantic.validator("rules", allow_reuse=True)(
        lambda rules: CentreRules.model_validate(rules).model_dump()
    )


class _Distinct(MulticolumnMapMetricProvider):
    condition_metric_name = "multicolumn_values.heritage.distinct_sites"
    condition_value_keys = ("rules",)

    @multicolumn_condition_partial(engine=PandasExecutionEngine)
    def _pandas(cls, column_list: pd.DataFrame, rules: dict[str, Any], **_: Any) -> pd.Series:  # noqa: N805
        lat, lon, names, addresses, method = (column_list[name] for name in column_list.columns)
        of_its_own = lat.where(~method.isin(["shared", "swapped"]))  # others are not where the site is
        found = duplicate_sites(
            of_its_own.to_numpy(), lon.to_numpy(), names, addresses, DuplicateRules.model_validate(rules)
        )
        return pd.Series(~found, index=column_list.index)


class ExpectSitesToBeDistinct(MulticolumnMapExpectation):
    """Records that have no twin beside them with nearly the same name (`records.duplicate`).

    `column_list` is latitude, longitude, name, address, and how the point was obtained; `mostly` is a
    share of all records.
    """

    column_list: list[str] = ["lat", "lon", "name", "address", "place_method"]  # noqa: RUF012
    ignore_row_if: Literal["all_values_are_missing", "any_value_is_missing", "never"] = "never"
    rules: dict[str, Any]
    map_metric: ClassVar[str] = _Distinct.condition_metric_name
    success_keys: ClassVar[tuple[str, ...]] = ("rules", "mostly")
    _rules_are_whole = pydantic.validator("rules", allow_reuse=True)(
        lambda rules: DuplicateRules.model_validate(rules).model_dump()
    )
