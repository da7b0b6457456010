"""Expectations about heritage records, as classes of Great Expectations.

Importing this package makes them known by their type names, as `expect_names_of_one_script`, to suites and
descriptions. What a record must be is decided in `quality` and, for places and markup, in `mapping`; the
classes here only give it to Great Expectations.
"""

from heritage.adapters.expectations.mapped import (
    ExpectCoordinatesNotSwapped,
    ExpectNamesWithoutMarkup,
    ExpectPointsInsideCountry,
)
from heritage.adapters.expectations.records import (
    ExpectPointsNotMunicipalityCentre,
    ExpectSitesToBeDistinct,
)
from heritage.adapters.expectations.texts import (
    ExpectColumnValuesWithoutPattern,
    ExpectIdentifiersInFormat,
    ExpectNamesNotCut,
    ExpectNamesOfOneScript,
)

__all__ = [
    "ExpectColumnValuesWithoutPattern",
    "ExpectCoordinatesNotSwapped",
    "ExpectIdentifiersInFormat",
    "ExpectNamesNotCut",
    "ExpectNamesOfOneScript",
    "ExpectNamesWithoutMarkup",
    "ExpectPointsInsideCountry",
    "ExpectPointsNotMunicipalityCentre",
    "ExpectSitesToBeDistinct",
]
