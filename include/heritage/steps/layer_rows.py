"""The features of a layer as its files hold them: what each says, when it was seen, and where it lies."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import shapely

from heritage.errors import SourceChanged
from heritage.mapping import World
from heritage.mapping.columns import Columns, nothing_said
from heritage.mapping.date_columns import Dates
from heritage.mapping.points import read_points
from heritage.mapping.text import fold
from heritage.model.digest import digest_bytes
from heritage.model.issue import Issue, Severity
from heritage.model.issue_code import IssueCode
from heritage.model.row import SourceRows
from heritage.model.tables import FEATURES, REJECTED
from heritage.spec.layer import LayerSpec, Precision


@dataclass(slots=True)
class LayerRows:
    """The features of one pull, as columns and shapes; `faults` by position."""

    spec: LayerSpec
    table: pa.Table
    files: list[str]
    numbers: np.ndarray
    faults: dict[int, IssueCode]
    shapes: np.ndarray | None
    left_out: int = 0

    @classmethod
    def of(cls, spec: LayerSpec, parts: Sequence[SourceRows]) -> "LayerRows":
        known = {name for part in parts for name in part.cells.column_names}
        missing = sorted(spec.layer.columns() - known - {"geometry.x", "geometry.y"})
        if parts and missing:
            issue = Issue(IssueCode.COLUMN_MISSING, Severity.STOP, spec.id, parts[0].file, field=missing[0])
            raise SourceChanged(f"{issue} It has {', '.join(sorted(known))}.")
        faults, start = dict[int, IssueCode](), 0
        for part in parts:
            faults.update({start + place: fault for place, fault in part.faults.items()})
            start += len(part.numbers)
        wanted = spec.layer.columns()
        tables = [part.cells.select([n for n in part.cells.column_names if n in wanted]) for part in parts]
        rows = [part.numbers.to_numpy() for part in parts]
        wkb = [s for part in parts if (s := part.shapes) is not None]
        drawn = wkb and np.concatenate([shapely.from_wkb(s.to_numpy(zero_copy_only=False)) for s in wkb])
        return cls(
            spec,
            pa.concat_tables(tables, promote_options="default") if tables else pa.table({}),
            [part.file for part in parts for _ in range(len(part.numbers))],
            np.concatenate(rows) if rows else np.empty(0, np.int32),
            faults,
            np.asarray(drawn, dtype=object) if wkb else None,
        )

    def __len__(self) -> int:
        return len(self.numbers)

    def only(self) -> "LayerRows":
        """Those that the description takes; the others are counted."""
        taken = np.ones(len(self), dtype=bool)
        for column, words in self.spec.layer.only.items():
            wanted = {fold(word) for word in words}
            taken &= np.array([text in wanted for text in self.texts(column)], dtype=bool)
        taken[list(self.faults)] = True
        if taken.all():
            return self
        at = np.flatnonzero(taken)
        self.left_out = len(self) - len(at)
        place = {int(old): new for new, old in enumerate(at)}
        return LayerRows(
            self.spec,
            self.table.take(at),
            [self.files[i] for i in at],
            self.numbers[at],
            {place[i]: fault for i, fault in self.faults.items()},
            None if self.shapes is None else self.shapes[at],
            self.left_out,
        )

    def texts(self, column: str | None) -> list[str | None]:
        """The folded texts of a column, None where nothing is said."""
        if column is None:
            return [None] * len(self)
        return [fold(text) if text else None for text in self._columns().raw(column).to_pylist()]

    def days(self, world: World, seen: date) -> list[date | None]:
        """The day on which each was seen; its first one where it is known by month or year alone."""
        observed = self.spec.layer.observed
        if observed is None:
            return [seen] * len(self)
        if not len(self):
            return []
        return Dates(world.dates([]), self._columns(), observed).first_days()

    def precision(self) -> list[float | None]:
        """How far each may be from where it is said to be, in metres; None where nobody says."""
        given = self.spec.layer.precision
        if not isinstance(given, Precision):
            return [given] * len(self)
        metres = {fold(word): value for word, value in given.metres.items()}
        return [metres.get(text) if text else None for text in self.texts(given.column)]

    def imprecise(self) -> list[tuple[int, str]]:
        """Those that say how precise they are in a word that the description does not know, with the word."""
        given = self.spec.layer.precision
        if not isinstance(given, Precision):
            return []
        pairs = zip(self.texts(given.column), self.precision(), strict=True)
        return [(i, text) for i, (text, metres) in enumerate(pairs) if text and metres is None]

    def drawn(self, faults: dict[int, IssueCode]) -> np.ndarray:
        """The shapes in the CRS of the layer, None without one; what is no place is added to `faults`."""
        if self.shapes is not None:
            return self.shapes
        shapes = np.full(len(self), None, dtype=object)
        if self.spec.harvest.format != "csv" or not len(self):
            return shapes
        points = read_points(self.spec.place(), self._columns())
        faults.update({i: IssueCode.POINT_UNREADABLE for i in points.unread if i not in faults})
        x, y = points.x.value, points.y.value
        given = ~(np.isnan(x) | np.isnan(y)) & ~((x == 0) & (y == 0))  # (0, 0) is an empty field, not a place
        shapes[given] = shapely.points(x[given], y[given])
        return shapes

    def features(
        self,
        keep: Sequence[int],
        values: Sequence[str | None],
        days: Sequence[date | None],
        precision: Sequence[float | None],
        shapes: np.ndarray,
    ) -> pa.Table:
        """Features that are alike in all, also in their id, are one. The digest of a feature is its id: a
        changed one is another."""
        own, urls = self.texts(self.spec.layer.id), self.texts(self.spec.layer.url)
        wkb = shapely.to_wkb(shapes[list(keep)]) if keep else []
        rows: dict[str, tuple[Any, ...]] = {}
        for i, shape in zip(keep, wkb, strict=True):
            said = (values[i], days[i], precision[i], urls[i])
            dated = days[i] if self.spec.layer.observed else None  # the day of the pull changes no feature
            content = json.dumps([own[i], values[i], str(dated), precision[i], urls[i]]).encode()
            rows[digest_bytes(content, shape)[:16]] = (shape, *said)
        ids = sorted(rows)
        shape, value, day, metres, url = zip(*map(rows.__getitem__, ids), strict=True) if ids else ((),) * 5
        columns = {
            "feature_id": ids,
            "geometry": shape,
            "value": value,
            "observed": day,
            "uncertainty_m": metres,
            "url": url,
        }
        return pa.table(
            {field.name: pa.array(columns[field.name], field.type) for field in FEATURES}, FEATURES
        )

    def rejected(self, faults: Mapping[int, IssueCode]) -> pa.Table:
        """Those that cannot be used, with the reason, schema REJECTED."""
        at = sorted(faults)
        cells = self.table.take(pa.array(at, pa.int64())).to_pylist() if at else []
        rows = []
        for i, said in zip(at, cells, strict=True):
            file, number = self.files[i], int(self.numbers[i])
            issue = Issue(faults[i], Severity.REJECT, self.spec.id, file, number)
            row = {
                "dataset": self.spec.id,
                "file": file,
                "row": number,
                "code": faults[i].value,
                "reason": str(issue),
            }
            rows.append(row | {"source_row": json.dumps(said, ensure_ascii=False)})
        return pa.Table.from_pylist(rows, schema=REJECTED)

    def _columns(self) -> Columns:
        return Columns(self.table, nothing_said(self.spec.harvest.empty))
