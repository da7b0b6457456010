"""Sentences that know how they were put together."""

import copy
import json
import pickle
from dataclasses import asdict, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from heritage.governance.log import inputs_hash
from heritage.model.digest import canonical_json, digest_json
from heritage.model.governance import Criteria, Ranked
from heritage.model.said import Said
from ranking_examples import proposal

SENTENCES = TypeAdapter(tuple[Said, ...])
words = st.text(max_size=20)
plain = st.builds(Said, words)
values = st.dictionaries(
    st.sampled_from(["n", "name", "what"]),
    st.one_of(words, st.integers(), st.floats(0, 1), plain),
    min_size=1,
)


def filled(content: dict) -> Said:
    return Said(" and ".join(f"{{{name}}}" for name in content), content)


sentences = st.one_of(
    plain, st.builds(filled, values), st.builds(filled, st.builds(dict, n=st.builds(filled, values)))
)


@given(sentences)
def test_a_sentence_is_its_english_text_and_comes_back_as_it_was(said):
    read = SENTENCES.validate_json(SENTENCES.dump_json((said,)))[0]
    for same in (read, copy.deepcopy(said), pickle.loads(pickle.dumps(said))):
        assert isinstance(same, Said)
        assert same == said.text == str(said)
        assert (same.template, same.values) == (said.template, said.values)
    assert json.loads(json.dumps(said)) == said.text


def test_words_from_before_stay_as_they_are_braces_and_all():
    [read] = SENTENCES.validate_python(["Say {who} did it {0.__class__}."])
    assert (read.text, read.values) == ("Say {who} did it {0.__class__}.", {})
    assert SENTENCES.dump_python((read,), mode="json") == [read.text]


def test_a_value_is_never_a_template():
    assert Said("{who} asked.", {"who": "{what}"}) == "{what} asked."


@pytest.mark.parametrize(
    "content",
    [
        3,
        None,
        {},
        {"template": "a"},
        {"template": "{x}", "values": {"y": 1}},
        {"template": "a", "values": [1]},
    ],
)
def test_what_is_no_sentence_is_refused(content):
    with pytest.raises(ValidationError):
        SENTENCES.validate_python([content])


def test_a_round_stored_with_plain_words_reads_and_keeps_its_hash():
    """What a store has from before: every reason a text, and nothing of what came later."""
    ranked = Ranked(proposal("p", Criteria(0.1, 0.2, 0.3, 0.4)), 1, 0.25, {"urgency": 0.1}, 0.5, "contested")
    stored = json.loads(canonical_json(TypeAdapter(Ranked).dump_python(ranked, mode="json")))
    stored["proposal"]["reasons"] = ["3 of 8 {records}.", "Licence: CC0."]
    stored["proposal"]["gates"] = [{"name": "licence", "passed": True, "answer": "ALLOW", "missing_step": ""}]
    for later in ("licence", "region", "under_covered", "publisher", "supersedes", "weights"):
        stored["proposal"].pop(later, None)
    before = json.loads(json.dumps(stored))
    for later in ("stopped", "violations"):
        del before["proposal"]["rehearsal"][later]
    read = TypeAdapter(Ranked).validate_python(stored)
    assert read.proposal.reasons == ("3 of 8 {records}.", "Licence: CC0.")
    assert inputs_hash(read) == digest_json(before)


def test_the_hash_is_of_what_was_read_whatever_the_language():
    given = proposal("p", Criteria(0.1, 0.2, 0.3, 0.4))
    one, other = (
        Ranked(replace(given, reasons=(reason,)), 1, 0.25, {}, 0.5, "contested")
        for reason in (Said("{n} records.", {"n": 3}), Said("3 records."))
    )
    assert inputs_hash(one) == inputs_hash(other)
    assert asdict(one) == asdict(other)
