"""Expectations about one column of texts. Patterns are RE2: linear in the text, and fast on Arrow."""

from typing import Any, ClassVar

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from great_expectations.compatibility import pydantic
from great_expectations.execution_engine import PandasExecutionEngine
from great_expectations.expectations.expectation import ColumnMapExpectation
from great_expectations.expectations.metrics import ColumnMapMetricProvider, column_condition_partial

from heritage.quality.names import cut_names, mixed_scripts
from heritage.spec.thresholds import CutRules


def _re2(pattern: str) -> str:
    try:
        pc.match_substring_regex(pa.array([""]), pattern)
    except pa.ArrowInvalid as error:
        raise ValueError(f"{pattern!r} is no RE2 regular expression: {error}") from None
    return pattern


def _arrow(column: pd.Series) -> Any:
    return pa.array(column, pa.string())


def _good(bad: Any, column: pd.Series) -> pd.Series:
    """The answer that Great Expectations asks for: True for what is as expected."""
    return pd.Series(~bad, index=column.index)


class _Pattern(ColumnMapMetricProvider):
    condition_metric_name = "column_values.heritage.without_pattern"
    condition_value_keys = ("pattern",)

    @column_condition_partial(engine=PandasExecutionEngine)
    def _pandas(cls, column: pd.Series, pattern: str, **_: Any) -> pd.Series:  # noqa: N805
        return _good(np.asarray(pc.match_substring_regex(_arrow(column), pattern)), column)


class ExpectColumnValuesWithoutPattern(ColumnMapExpectation):
    """Texts in which a pattern is found nowhere."""

    pattern: str
    map_metric: ClassVar[str] = _Pattern.condition_metric_name
    success_keys: ClassVar[tuple[str, ...]] = ("pattern", "mostly")
    _pattern_is_re2 = pydantic.validator("pattern", allow_reuse=True)(_re2)


class _Format(ColumnMapMetricProvider):
    condition_metric_name = "column_values.heritage.in_format"
    condition_value_keys = ("format",)

    @column_condition_partial(engine=PandasExecutionEngine)
    def _pandas(cls, column: pd.Series, format: str, **_: Any) -> pd.Series:  # noqa: N805
        whole = pc.match_substring_regex(_arrow(column), f"^(?:{format})$")
        return pd.Series(np.asarray(whole), index=column.index)


class ExpectIdentifiersInFormat(ColumnMapExpectation):
    """Ids that are written as the identifier's property on Wikidata says (`properties.yaml`)."""

    column: str = "record_id"
    format: str
    map_metric: ClassVar[str] = _Format.condition_metric_name
    success_keys: ClassVar[tuple[str, ...]] = ("format", "mostly")
    _format_is_re2 = pydantic.validator("format", allow_reuse=True)(_re2)


class _Scripts(ColumnMapMetricProvider):
    condition_metric_name = "column_values.heritage.one_script"
    condition_value_keys = ("scripts",)

    @column_condition_partial(engine=PandasExecutionEngine)
    def _pandas(cls, column: pd.Series, scripts: list[str], **_: Any) -> pd.Series:  # noqa: N805
        return _good(mixed_scripts(_arrow(column), scripts), column)


class ExpectNamesOfOneScript(ColumnMapExpectation):
    """Words whose letters are all of one of the scripts; a name may have words of several."""

    column: str = "name"
    scripts: list[str] = pydantic.Field(min_items=2)
    map_metric: ClassVar[str] = _Scripts.condition_metric_name
    success_keys: ClassVar[tuple[str, ...]] = ("scripts", "mostly")
    _scripts_are_known = pydantic.validator("scripts", each_item=True, allow_reuse=True)(
        lambda script: script if _re2(rf"\p{{{script}}}") else ""
    )


class _Cut(ColumnMapMetricProvider):
    condition_metric_name = "column_values.heritage.not_cut"
    condition_value_keys = ("rules",)

    @column_condition_partial(engine=PandasExecutionEngine)
    def _pandas(cls, column: pd.Series, rules: dict[str, Any], **_: Any) -> pd.Series:  # noqa: N805
        return _good(cut_names(_arrow(column), CutRules.model_validate(rules)), column)


class ExpectNamesNotCut(ColumnMapExpectation):
    """Names of which not strikingly many have the greatest length (`records.cut` in the thresholds)."""

    column: str = "name"
    rules: dict[str, Any]
    map_metric: ClassVar[str] = _Cut.condition_metric_name
    success_keys: ClassVar[tuple[str, ...]] = ("rules", "mostly")
    _rules_are_whole = pydantic.validator("rules", allow_reuse=True)(
        lambda rules: CutRules.model_validate(rules).model_dump()
    )
