"""Folding a whole index at once gives what folding one name gives."""

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from heritage.reconcile.folding import Folder, joined, words_of
from heritage.reconcile.text import fold

TEXTS = st.lists(
    st.text(max_size=40)
    | st.sampled_from(["St. Mary's 2nd", "სვეტიცხოველი", "Żółkiewka  II", "بيت \u202e", "🏰", "x" * 5000]),
    max_size=8,
)  # fmt: skip


@hypothesis_settings(deadline=None)  # the first call compiles
@given(texts=TEXTS)
def test_many_are_folded_as_one(texts: list[str]) -> None:
    encodable = [text.encode("utf-8", "ignore").decode() for text in texts]
    folded = Folder().fold(pa.array(encodable, pa.string()))
    expected = [fold(text) for text in encodable]
    assert folded.strings(np.arange(len(texts))) == expected


def test_numbers_are_one_word_in_any_notation() -> None:
    words = words_of(Folder().fold(pa.array(["Elisabeth II", "elisabeth 2nd", "2 002 ii"])))
    first, second, third = (
        set(words.hashes[a:b].tolist()) for a, b in zip(words.begin, words.begin[1:], strict=False)
    )
    assert first == second
    assert len(third) == 1
    assert third < first


def test_a_town_is_added_where_the_name_lacks_it() -> None:
    names, towns = (Folder().fold(pa.array(texts)) for texts in (["old mill", "mill of ash", ""], ["ash"]))
    added, made = joined(names, np.arange(3), towns, np.zeros(3, dtype=np.int64))
    assert added.strings(np.arange(added.rows)) == ["old mill ash"]
    assert made.tolist() == [0]
