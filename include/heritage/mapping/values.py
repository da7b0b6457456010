"""Values of a record that are more than one text: names, links, images, addresses of entries."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import numpy as np
import pandas as pd
import pyarrow as pa

from heritage.mapping.columns import Columns, Parts, Texts
from heritage.mapping.text import by_value, same
from heritage.model.arrow import pc
from heritage.model.tables import IMAGE, TEXT
from heritage.spec.record import Cell, Image, Record

ADDRESS = r"^https?://[^\s<>\"{}|\\^`]+$"
_KEY = r"^[A-Za-z0-9_.~-]*$"  # what needs no escape in an address


@dataclass(frozen=True, slots=True)
class Names:
    """`listed` are all names of each row with their language, `first` and `lang` the first of them."""

    listed: Any
    first: Texts
    lang: Texts


def names_of(columns: Columns, record: Record) -> Names:
    """The names in the order of the description, each once; no names are an empty list."""
    sources = [(lang, columns.parts(cell)) for lang, cell in record.names()]
    rows = np.concatenate([parts.rows for _, parts in sources])
    texts = pa.concat_arrays([parts.texts for _, parts in sources])
    langs = pa.concat_arrays([same(lang, len(parts.rows)) for lang, parts in sources])
    order = np.argsort(rows, kind="stable")
    if len(sources) > 1 or any(cell.split for _, cell in record.names()):
        order = _once(order, rows, texts, langs)
    rows, texts, langs = rows[order], texts.take(order), langs.take(order)
    offsets = np.searchsorted(rows, np.arange(len(columns) + 1))
    none = np.diff(offsets) == 0
    first: Any = pa.array(offsets[:-1], mask=none)
    values = pa.StructArray.from_arrays([langs, texts], fields=list(TEXT))
    listed = pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), values)
    return Names(listed, texts.take(first), langs.take(first))


def links_of(columns: Columns, cells: Sequence[Cell]) -> tuple[Any, Counter[str]]:
    """The http(s) addresses of each row, each once, null for none; what else stood there is counted by
    column."""
    if not cells:
        return pa.nulls(len(columns), pa.list_(pa.string())), Counter()
    unusable: Counter[str] = Counter()
    kept: list[Parts] = []
    for cell in cells:
        parts = columns.parts(cell)
        fit = pc.match_substring_regex(parts.texts, ADDRESS)
        unusable[cell.name()] += len(parts.rows) - (pc.sum(fit).as_py() or 0)
        kept.append(Parts(parts.rows[fit.to_numpy(zero_copy_only=False)], parts.texts.filter(fit)))
    rows = np.concatenate([parts.rows for parts in kept])
    texts = pa.concat_arrays([parts.texts for parts in kept])
    order = _once(np.argsort(rows, kind="stable"), rows, texts)
    offsets = np.searchsorted(rows[order], np.arange(len(columns) + 1))
    starts = pa.array(offsets, pa.int32(), mask=np.append(np.diff(offsets) == 0, False))
    return pa.ListArray.from_arrays(starts, texts.take(order)), +unusable


def image_of(columns: Columns, image: Image | None, taken: Texts) -> Any:
    """File, licence, author and date (EDTF) of the image of each row; null where there is none."""
    if image is None:
        return pa.nulls(len(columns), IMAGE)
    files = columns.texts(Cell(column=image.column))
    if isinstance(image.licence, Cell):
        licences = columns.texts(image.licence)
    else:
        licences = same(image.licence, len(columns))
    authors = columns.texts(Cell(column=image.author) if image.author else None)
    return pa.StructArray.from_arrays(
        [files, licences, authors, taken], fields=list(IMAGE), mask=files.is_null()
    )


def urls_of(columns: Columns, record: Record, ids: Texts) -> tuple[Texts, np.ndarray]:
    """The addresses of the register's own entries, and the rows whose text cannot be one."""
    if record.url_template is None:
        texts = columns.texts(record.url)
        fit = pc.match_substring_regex(texts, ADDRESS)
        bad = pc.fill_null(pc.invert(fit), False).to_numpy(zero_copy_only=False)
        return pc.if_else(fit, texts, None), np.flatnonzero(bad)
    keys = columns.texts(record.url) if record.url else ids
    if not pc.all(pc.match_substring_regex(keys, _KEY)).as_py():
        keys = by_value(keys, lambda key: quote(key, safe=""), pa.string())
    pieces: list[Any] = []
    for piece in record.url_template.split("{id}"):
        pieces += [piece, keys]
    return pc.binary_join_element_wise(*pieces[:-1], ""), np.array([], dtype=int)


def _once(order: np.ndarray, rows: np.ndarray, *texts: Texts) -> np.ndarray:
    """The same order without what stands in a row already."""
    said = {"row": rows[order]}
    for number, column in enumerate(texts):
        said[f"text {number}"] = column.dictionary_encode().indices.to_numpy()[order]
    once: np.ndarray = order[~pd.DataFrame(said).duplicated().to_numpy()]
    return once
