"""A whole register decided in columns gets what each of its records gets on its own."""

from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from heritage.adapters.vocabularies import YamlVocabularies
from heritage.disclosure.alike import all_rulings
from heritage.disclosure.decide import decide
from heritage.disclosure.people import NOBODY, Standing
from heritage.disclosure.rules import DisclosureRules
from heritage.disclosure.subject import Register, Said, read_subject
from heritage.disclosure.words import fold
from heritage.model.disclosure import Disclosure
from heritage.model.evidence import Level
from heritage.model.tables import RECORDS
from register_examples import VOCABULARIES

RULES = YamlVocabularies(VOCABULARIES).disclosure()
DECIDED = date(2026, 11, 21)


def spoken(rules: DisclosureRules) -> list[str]:
    """Every word that a rule looks for, and what turns its meaning."""
    conflict = rules.conflict
    lists = [category.names + category.terms for category in rules.categories]
    lists += [rules.visitors.terms, rules.knowledge.terms, rules.hidden_address.terms, rules.condition.terms]
    lists += [conflict.marked_terms, conflict.in_use, conflict.moved, rules.institutions, rules.named_after]
    return [word for words in lists for word in words]


PARTS = st.one_of(
    st.sampled_from(spoken(RULES)),
    st.sampled_from(
        ["St Mary", "de", "con", "İ", "ß", "é", "ſ", "_", "-", ".", "\n", "\x00", "12", "ǅ", "ΐ"]
    ),
    st.text(max_size=3),
)
TEXTS = st.lists(PARTS, max_size=4).map("".join) | st.lists(PARTS, max_size=4).map(" ".join)
CASED = st.builds(lambda text, how: how(text), TEXTS, st.sampled_from([str, str.upper, str.title]))
SAID = st.builds(Said, st.sampled_from(Level), st.booleans(), st.booleans(), st.booleans(), st.booleans())
PEOPLE = st.builds(
    Standing,
    st.none() | st.sampled_from(Disclosure),
    st.booleans(),
    st.lists(st.tuples(st.sampled_from(["R4", "R9", "R10"]), st.sampled_from(Disclosure)), max_size=1).map(
        tuple
    ),
)


def maybe(strategy: Any) -> Any:
    return st.none() | strategy


ROW = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["monument", "site", "natural", "glam"]),
        "name": maybe(CASED),
        "names": maybe(st.lists(st.fixed_dictionaries({"lang": st.just("en"), "text": CASED}), max_size=3)),
        "type": maybe(CASED | st.sampled_from(["species category 2", "church"])),
        "class_item": maybe(st.sampled_from(["Q16970", "Q839954", "Q35509", "Q33506"])),
        "designation": maybe(CASED),
        "designation_item": maybe(st.sampled_from(["Q9259", "Q1"])),
        "country": maybe(st.sampled_from(["Q145", "Q212", "Q38"])),
        "address": maybe(CASED),
        "restriction": maybe(st.sampled_from(["N", "Y", "ring-fenced", "TK Secret / Sacred", "gbif cat 3"])),
        "place_method": maybe(st.sampled_from(["given", "grid"])),
        "precision_m": maybe(st.sampled_from([5.0, 71.0, 707.1])),
    }
)
REGISTERS = st.builds(
    Register,
    maybe(st.sampled_from(["P1216", "P757"])),
    maybe(st.sampled_from(["Q145", "Q858"])),
    maybe(st.sampled_from(["gb", "ua"])),
)


@settings(deadline=None)
@given(st.lists(st.tuples(ROW, SAID, PEOPLE), max_size=12), REGISTERS)
def test_in_columns_every_record_gets_the_ruling_that_it_gets_alone(told, register):
    rows = [dict.fromkeys(RECORDS.names) | row | {"record_id": str(n)} for n, (row, _, _) in enumerate(told)]
    records = pa.Table.from_pylist([row | {"dataset": "aa"} for row in rows], schema=RECORDS)
    people = {str(n): one for n, (_, _, one) in enumerate(told) if one != NOBODY}
    found = all_rulings(
        records,
        register,
        RULES,
        DECIDED,
        said=[said for _, said, _ in told],
        said_of=np.arange(len(told)),
        people=people,
    )
    for n, (row, (_, said, one)) in enumerate(zip(rows, told, strict=True)):
        alone = decide(read_subject(row, register, RULES, said=said, people=one), RULES, DECIDED)
        assert found.of(n) == alone


@settings(deadline=None)
@given(st.lists(CASED, max_size=30))
def test_words_are_found_in_a_column_as_in_each_text(texts):
    folded = pa.array(map(fold, texts), pa.string())
    lists = [category.of_names for category in RULES.categories] + [
        category.of_types for category in RULES.categories
    ]
    for words in [*lists, RULES.visitors.words, RULES.knowledge.words, *RULES.conflict.words]:
        assert words.among_each(folded).tolist() == [words.among(text) for text in texts]
        assert words.meant_each(folded, RULES.others).tolist() == [
            words.meant(text, RULES.others) for text in texts
        ]
