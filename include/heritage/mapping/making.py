"""Makes records of rows, some at a time, with what is to be told of them."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from heritage.mapping.columns import Columns, Texts
from heritage.mapping.countries import RowCountries
from heritage.mapping.date_columns import Dates
from heritage.mapping.places import Places
from heritage.mapping.register import Register
from heritage.mapping.terms import FindCountries, Terms
from heritage.mapping.text import same
from heritage.mapping.values import image_of, links_of, names_of, urls_of
from heritage.model.arrow import Array, pc
from heritage.model.issue import Issue, IssueCode, Severity
from heritage.model.tables import RECORDS
from heritage.spec.record import Cell

IMAGE_TAKEN = "image.date"
_MARKUP = r"</?[A-Za-z][^<>]*>|&(?:#[0-9]+|[A-Za-z]+);"


@dataclass(frozen=True, slots=True)
class Told:
    """What is to be told of some records."""

    terms: Terms = field(default_factory=Terms)
    names: list[Issue] = field(default_factory=list)
    urls: list[Issue] = field(default_factory=list)
    unusable_links: Counter[str] = field(default_factory=Counter)

    def add(self, other: "Told") -> None:
        """Adds what is told of the records that come next."""
        self.terms.add(other.terms)
        self.names.extend(other.names)
        self.urls.extend(other.urls)
        self.unusable_links.update(other.unusable_links)

    def counted(self, dataset: str) -> Iterator[Issue]:
        """Notes that count: links that lead nowhere, terms without an item."""
        for column, number in self.unusable_links.items():
            code = IssueCode.LINK_UNUSABLE
            hint = f"{number} link{'s' * (number != 1)}. {code.remedy}"
            yield Issue(code, Severity.NOTE, dataset, field=column, hint=hint)
        yield from self.terms.issues(dataset)


@dataclass(frozen=True, slots=True)
class Making:
    """What is known of all rows; several threads may make records of them at once. `good` are the rows that
    become records, in their order."""

    register: Register
    good: np.ndarray
    dates: Mapping[str, Dates]
    places: Places
    countries: RowCountries
    find_countries: FindCountries

    def records(self, start: int, count: int) -> tuple[pa.Table, Told]:
        """So many records from the one at `start`, in the schema RECORDS."""
        at = self.good[start : start + count]
        register, spec, places, told = self.register, self.register.spec, self.places, Told()
        record, columns = spec.record, register.columns.take(at)
        ids = register.ids.take(at)
        names = names_of(columns, record)
        told.names.extend(self._name_notes(at, names.listed))
        urls, bad_urls = urls_of(columns, record, ids)
        told.urls.extend(
            self._note(IssueCode.URL_UNUSABLE, i, _name(record.url)) for i in at[bad_urls].tolist()
        )
        links, unusable = links_of(columns, record.links)
        told.unusable_links.update(unusable)
        files, numbers = register.places(at)
        fields: dict[str, Any] = {
            "dataset": same(spec.id, len(at)),
            "record_id": ids,
            "kind": same(spec.kind, len(at)),
            "name": names.first,
            "lang": names.lang,
            "names": names.listed,
            **self._terms(columns, told.terms),
            "country": self._country(columns, at, told.terms),
            "address": columns.texts(record.address),
            **{name: dates.take(at) for name, dates in self.dates.items() if name != IMAGE_TAKEN},
            "lat": pa.array(places.lat[at], from_pandas=True),
            "lon": pa.array(places.lon[at], from_pandas=True),
            "precision_m": pa.array(places.precision_m[at], from_pandas=True),
            "place_method": places.methods(at),
            "url": urls,
            "image": image_of(columns, record.image, self.dates[IMAGE_TAKEN].take(at)),
            "links": links,
            "restriction": columns.texts(record.restriction),
            "file": files,
            "row": numbers,
            "source_row": register.sources(at, columns),
        }
        arrays = [fields[column.name] for column in RECORDS]
        return pa.Table.from_arrays(arrays, schema=RECORDS), told

    def _country(self, columns: Columns, at: np.ndarray, terms: Terms) -> Texts:
        cell = self.register.spec.record.country
        if cell:
            terms.count_countries(columns.texts(cell), cell.name(), self.find_countries)
        return pa.array(self.countries.single(), pa.string()).take(pa.array(self.countries.codes[at]))

    def _terms(self, columns: Columns, terms: Terms) -> dict[str, Texts]:
        record, item = self.register.spec.record, self.register.spec.item
        status = item.designation if isinstance(item.designation, dict) else {}
        default = item.designation if isinstance(item.designation, str) else None
        fields: dict[str, Texts] = {}
        for name, cell, item_field, key, mapping, otherwise in (
            ("type", record.type, "class_item", "classes", item.classes, item.class_default),
            ("designation", record.designation, "designation_item", "designation", status, default),
            ("municipality", record.municipality, "admin_item", "admin", item.admin, None),
        ):
            fields[name] = columns.texts(cell)
            fields[item_field] = terms.look_up(fields[name], _name(cell), key, mapping, otherwise)
        return fields

    def _name_notes(self, at: np.ndarray, listed: Array) -> Iterator[Issue]:
        columns = sorted({c for _, source in self.register.spec.record.names() for c in source.read()})
        missing = np.flatnonzero(pc.equal(pc.list_value_length(listed), 0).to_numpy(zero_copy_only=False))
        marked = pc.match_substring_regex(pc.struct_field(pc.list_flatten(listed), "text"), _MARKUP)
        parents = pc.list_parent_indices(listed).filter(marked).to_numpy()
        notes = [(i, IssueCode.NAME_MISSING, ", ".join(columns)) for i in missing.tolist()]
        notes += [(i, IssueCode.NAME_MARKUP, "name") for i in parents.tolist()]
        for i, code, name in sorted(notes):
            yield self._note(code, int(at[i]), name)

    def _note(self, code: IssueCode, i: int, column: str | None) -> Issue:
        return self.register.issue(code, Severity.NOTE, i, record_id=self.register.id(i), field=column)


def _name(cell: Cell | None) -> str | None:
    return cell.name() if cell else None
