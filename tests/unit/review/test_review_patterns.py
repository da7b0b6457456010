"""Spam and vandals: what makes a pattern, and what does not."""

from itertools import chain

import pytest

from answer_examples import SETTINGS, answer
from heritage.model.review import DONT_KNOW, NONE_OF_THESE, RIGHT, WRONG
from heritage.review.patterns import PatternKind, patterns

OFFERED = {f"t{n}": (RIGHT, WRONG) for n in range(60)}
TRUE = {f"t{n}": RIGHT if n % 3 else WRONG for n in range(60)}
"""A third is wrong."""


def of(who, choose, tasks=range(30), **more):
    return [answer(f"t{n}", who, choose(n), **more) for n in tasks]


def truth(n):
    return TRUE[f"t{n}"]


def found(*given, known=None, choices=OFFERED):
    return {
        who: pattern.kind
        for who, pattern in patterns(list(chain(*given)), choices, known or {}, SETTINGS).items()
    }


CAREFUL = [*of("ann", truth), *of("bo", truth)]


@pytest.mark.parametrize("always", [RIGHT, WRONG, DONT_KNOW])
def test_who_always_says_the_same_is_found_where_others_chose_otherwise(always):
    assert found(CAREFUL, of("vandal", lambda _: always)) == {"vandal": PatternKind.SAME_CHOICE}


def test_several_who_say_the_same_together_do_not_hide_each_other():
    ring = [of(f"ring {n}", lambda _: RIGHT) for n in range(6)]
    assert set(found(CAREFUL, *ring)) == {f"ring {n}" for n in range(6)}


def test_where_nobody_else_answered_gold_tells():
    ring = [of(f"ring {n}", lambda _: RIGHT) for n in range(3)]
    assert found(*ring) == {}
    assert set(found(*ring, known={f"t{n}": WRONG for n in range(5)})) == {f"ring {n}" for n in range(3)}


def test_candidates_are_compared_by_their_place_as_each_task_has_others():
    offered = {f"t{n}": (f"Q{n}1", f"Q{n}2", NONE_OF_THESE) for n in range(30)}
    careful = [of(who, lambda n: offered[f"t{n}"][n % 3]) for who in ("ann", "bo")]
    first = of("vandal", lambda n: offered[f"t{n}"][0])
    told = patterns(list(chain(*careful, first)), offered, {}, SETTINGS)
    assert list(told) == ["vandal"]
    assert told["vandal"].why == (
        "The last 30 answers are all the same (candidate 1), and others chose otherwise in 20 of these tasks."
    )


def test_who_says_the_same_as_everybody_is_no_vandal():
    easy = [of(who, lambda _: RIGHT) for who in ("ann", "bo", "cy")]
    assert found(*easy) == {}


def test_a_few_errors_among_easy_tasks_are_no_pattern():
    def mostly_right(wrong):
        return [of(who, lambda n: RIGHT if n >= wrong else WRONG) for who in ("ann", "bo")]

    always = of("cy", lambda _: RIGHT)
    assert found(*mostly_right(4), always) == {}
    assert found(*mostly_right(5), always) == {"cy": PatternKind.SAME_CHOICE}


def test_neither_few_answers_nor_a_mind_that_changes_make_a_pattern():
    assert found(CAREFUL, of("newcomer", lambda _: RIGHT, range(19))) == {}
    assert found(CAREFUL, of("hasty", lambda n: RIGHT if n % 10 else WRONG)) == {}


def test_who_goes_on_better_is_not_marked_for_ever():
    careful = [of("ann", truth, range(60)), of("bo", truth, range(60))]
    before = of("cy", lambda _: RIGHT, range(30))
    assert found(*careful, before) == {"cy": PatternKind.SAME_CHOICE}
    assert found(*careful, before, of("cy", truth, range(30, 33))) == {}


def test_nobody_reads_so_fast():
    fast = of("bot", truth, seconds=0.4)
    slow = of("ann", truth, seconds=4.0)
    quiet = of("bo", truth)
    assert found(fast, slow, quiet) == {"bot": PatternKind.TOO_FAST}


def test_a_quick_answer_now_and_then_is_no_pattern():
    keys = [answer(f"t{n}", "quick", truth(n), seconds=0.9 if n % 2 else 3.0) for n in range(21)]
    assert found(keys) == {}


def test_what_experts_settle_is_no_pattern():
    assert found(CAREFUL, of("expert", lambda _: RIGHT, expert=True)) == {}
