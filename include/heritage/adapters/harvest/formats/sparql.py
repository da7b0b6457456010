"""SPARQL 1.1 query results in JSON: a row a solution, columns are the variables.

Source: SPARQL 1.1 Query Results JSON Format, W3C Recommendation 21 March 2013.
"""

import re
from collections.abc import Iterator
from typing import Any

from heritage.adapters.harvest.crs import name, same_crs
from heritage.adapters.harvest.formats.batches import in_batches
from heritage.adapters.harvest.formats.content import mend, stop
from heritage.adapters.harvest.formats.json_text import document
from heritage.model.issue import IssueCode
from heritage.model.row import SourceRow, SourceRows
from heritage.ports.files import FetchedFile
from heritage.spec.dataset import DatasetSpec

_XSD = "http://www.w3.org/2001/XMLSchema#"
_NUMBERS = {f"{_XSD}{kind}" for kind in ("double", "float", "decimal")}
_WITH_CRS = re.compile(r"\s*<([^<>\s]+)>\s*(.*)", re.DOTALL)


def rows(spec: DatasetSpec, file: FetchedFile) -> Iterator[SourceRows]:
    """A row a solution: IRIs and typed values to the letter, an unbound variable is no cell.

    A text with a language stands under its variable, and under `name@en` where the description reads that.
    A WKT literal that the description takes its point from loses the CRS before it. Raises SourceChanged
    for what are no results, for another CRS than described, and for ids that are fractions.
    """
    yield from in_batches(_rows(spec, file))


def _rows(spec: DatasetSpec, file: FetchedFile) -> Iterator[SourceRow]:
    content, decoded = document(spec, file)
    solutions = content.get("results", {}) if isinstance(content, dict) else None
    solutions = solutions.get("bindings") if isinstance(solutions, dict) else None
    if not isinstance(solutions, list):
        raise stop(
            IssueCode.FILE_NOT_TABLE, spec, file, hint="It is JSON, but no results of a SPARQL SELECT."
        )
    tagged = sorted(column for column in spec.accounted_columns() if "@" in column)
    damaged = 0
    for number, solution in enumerate(solutions, start=1):
        if not isinstance(solution, dict) or not all(isinstance(term, dict) for term in solution.values()):
            raise stop(IssueCode.FILE_NOT_TABLE, spec, file, row=number, hint="This is not a solution.")
        cells = {variable: _text(spec, file, number, variable, term) for variable, term in solution.items()}
        for column in tagged:
            variable, _, lang = column.partition("@")
            term = solution.get(variable, {})
            cells[column] = cells[variable] if _lang(term) == lang.lower() else ""
        row = mend(SourceRow(file.name, number, cells), spec)
        damaged += row.fault is IssueCode.ENCODING_WRONG
        yield row
    decoded.judge(damaged, len(solutions))


def _lang(term: dict[str, Any]) -> str | None:
    lang = term.get("xml:lang")
    return lang.lower() if isinstance(lang, str) else None


def _text(spec: DatasetSpec, file: FetchedFile, number: int, variable: str, term: dict[str, Any]) -> str:
    value = str(term.get("value") or "")
    if variable in spec.record.id.read() and term.get("datatype") in _NUMBERS:
        hint = f"It is the number {value}. {IssueCode.ID_NOT_TEXT.remedy}"
        raise stop(IssueCode.ID_NOT_TEXT, spec, file, row=number, field=variable, hint=hint)
    point = spec.record.point
    if point is None or variable not in point.columns():
        return value
    found = _WITH_CRS.fullmatch(value)
    if found is None:
        return value
    if not same_crs(found[1], point.crs):
        hint = f"The source says {name(found[1])}, the description {point.crs}: set record.point.crs."
        raise stop(IssueCode.CRS_DIFFERS, spec, file, row=number, field=variable, hint=hint)
    return found[2]
