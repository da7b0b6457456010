"""Expectations that read what the mapping found while it had the register's own coordinates and texts.

A point outside its country is dropped there, coordinates are exchanged there: the records do not show it
any more, so these expectations take the counts of the mapping's notes.
"""

from typing import Any, ClassVar

from great_expectations.compatibility import pydantic
from great_expectations.expectations.expectation import BatchExpectation


class _FewNoted(BatchExpectation):
    """`noted` records had this fault; `at_most` is the share of all records that may have it."""

    noted: int = pydantic.Field(ge=0)
    at_most: float = pydantic.Field(0, ge=0, le=1)
    metric_dependencies: ClassVar[tuple[str, ...]] = ("table.row_count",)
    success_keys: ClassVar[tuple[str, ...]] = ("noted", "at_most")

    def _validate(
        self,
        metrics: dict[str, Any],
        runtime_configuration: dict[str, Any] | None = None,  # noqa: ARG002
        execution_engine: Any = None,  # noqa: ARG002
    ) -> dict[str, Any]:
        rows = metrics["table.row_count"]
        share = self.noted / rows if rows else 0.0
        return {
            "success": share <= self.at_most,
            "result": {
                "observed_value": self.noted,
                "element_count": rows,
                "unexpected_count": self.noted,
                "unexpected_percent": 100 * share,
            },
        }


class ExpectPointsInsideCountry(_FewNoted):
    """Points in their country, with the tolerance and the sea of `places` in the thresholds."""


class ExpectCoordinatesNotSwapped(_FewNoted):
    """Points that lie in their country without latitude and longitude changing places."""


class ExpectNamesWithoutMarkup(_FewNoted):
    """Names without HTML tags and entities."""
