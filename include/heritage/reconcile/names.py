"""Names compared: words weighed by rarity, spelling, numbers, and the municipality named or not."""

from dataclasses import dataclass

import numpy as np

from heritage.reconcile.candidates import Candidates
from heritage.reconcile.lexicon import Lexicon
from heritage.reconcile.measures import Measured, Written, measure
from heritage.reconcile.record_words import Asking, reading
from heritage.reconcile.sides import Items, Records
from heritage.reconcile.text import Flags, Floats, Ints


@dataclass(frozen=True, slots=True)
class ChosenNames:
    """Text numbers of the names chosen on both sides (-1 for none), and the features made from them."""

    record: Ints
    item: Ints
    columns: dict[str, Floats]


def name_features(
    pairs: Candidates, ours: Asking, records: Records, items: Items, lexicon: Lexicon, same_area: Flags
) -> ChosenNames:
    """The two names of each pair that agree best, and what they say; `same_area` tells the pairs whose item
    lies in the record's municipality."""
    known = lexicon.items
    written = Written(
        records.texts.data, records.texts.start, items.texts.data, items.texts.start, items.names.start,
        items.names.text, items.contexts.start, items.contexts.text, known.texts.begin, known.texts.word,
        known.weight, known.vocabulary.spelled.digits, _place_words(ours, lexicon),
    )  # fmt: skip
    measured = Measured(*np.full((len(Measured._fields), len(pairs.record)), np.nan))
    a, b = measure(pairs.record, pairs.item, ours, written, reading(known.vocabulary.size), measured)
    columns = dict(zip(Measured._fields, measured, strict=True))
    columns["municipality"][same_area] = 1.0
    columns["distinct_name"] = columns["words"] * np.log1p(columns["information"])
    for name, text, carriers in (
        ("records_of_name", a, lexicon.records_of),
        ("items_of_name", b, np.diff(known.text_begin)),
    ):
        columns[name] = np.append(np.log(np.maximum(carriers, 1)), np.nan)[text]
    return ChosenNames(a, b, columns)


def _place_words(ours: Asking, lexicon: Lexicon) -> Flags:
    """The words of the index that name a municipality of these records."""
    is_place = np.zeros(lexicon.items.vocabulary.size, dtype=bool)
    for place in np.unique(ours.place[ours.place >= 0]):
        numbers = lexicon.known[ours.word[ours.begin[place] : ours.begin[place + 1]]]
        is_place[numbers[numbers >= 0]] = True
    return is_place
