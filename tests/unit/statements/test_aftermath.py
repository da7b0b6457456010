"""What became of an edit, by what the item says now and by the marks of later edits."""

import pytest

from heritage.model.edit import Content, CoordinateValue, ItemValue, Kind, Snak, Statement, TextValue
from heritage.model.visit import Fate, Finding, Gains, PastRevision
from heritage.spec.revisits import RevisitRules
from heritage.statements.aftermath import drifted, gained, is_emptied, losses, parts_of, why_lost, worst
from heritage.statements.live import LiveItem, LiveStatement

RULES = RevisitRules(
    version="1",
    first_days=30,
    again_days=365,
    reverted={"mw-reverted"},
    reverting={"mw-rollback"},
    damaging={"mw-blank"},
    emptied_share=0.5,
    emptied_least=3,
)
OURS = (Snak("P248", ItemValue("Q500")),)
DESIGNATED = Statement("P1435", ItemValue("Q9"), Kind.DESIGNATION, (OURS,))
EDIT = Content(labels={"en": "Tower"}, aliases={"en": ("Old Tower",)}, statements=(DESIGNATED,))


def standing(value=DESIGNATED.value, rank="normal", references=(OURS,), guid="Q1$1", pid="P1435"):
    return LiveStatement(guid, pid, value, rank, references)


def item(*statements, labels=None, aliases=None, qid="Q1"):
    named = {"en": "Tower"} if labels is None else labels
    return LiveItem(qid, 7, named, {}, aliases or {"en": ("Old Tower",)}, statements)


def made(revision, user="Ada", comment="", tags=(), registered=True):
    return PastRevision(revision, "Q1", user, registered, comment, frozenset(tags))


@pytest.mark.parametrize(
    ("live", "told"),
    [
        (item(standing()), []),
        (item(standing(), labels={"en": "OLD TOWER"}, aliases={"en": ("tower",)}), []),
        (item(standing(rank="deprecated")), [("P1435", Fate.CHANGED)]),
        (item(standing(references=())), [("reference of P1435", Fate.CHANGED)]),
        (item(standing(value=ItemValue("Q8"))), [("P1435", Fate.REMOVED)]),
        (item(standing(), labels={"en": "Ha ha"}), [("name in en", Fate.CHANGED)]),
        (item(standing(), labels={}), [("name in en", Fate.REMOVED)]),
    ],
)
def test_a_part_is_kept_changed_or_removed(live, told):
    assert [(one.what, one.fate) for one in losses(EDIT, "e1", live)] == told
    assert parts_of(EDIT) == 3


LOST = (Finding("P1435", Fate.REMOVED), Finding("name in en", Fate.CHANGED))


def explained(own=None, later=(), emptied=False, user="Bot"):
    found = why_lost(
        LOST, own=own or made(5, "Bot"), later=later, user=user, undo="undo 1", emptied=emptied, rules=RULES
    )
    return [(one.fate, one.revision, one.by) for one in found]


def test_the_history_says_why_as_far_as_it_does():
    claim = "/* wbremoveclaims-remove:1| */ [[Property:P1435]]: [[Q9]]"
    label = "/* wbsetlabel-set:1|en */ Ha ha"
    unknown = [(Fate.REMOVED, None, ""), (Fate.CHANGED, None, "")]
    assert explained() == explained(later=[made(6), made(7)]) == unknown
    assert explained(later=[made(6)]) == [(Fate.REMOVED, 6, "registered"), (Fate.CHANGED, 6, "registered")]
    assert explained(later=[made(6), made(7, comment=claim), made(8, comment=label, registered=False)]) == [
        (Fate.REMOVED, 7, "registered"),
        (Fate.CHANGED, 8, "unregistered"),
    ]
    assert explained(later=[made(6), made(7, comment=claim, tags=["mw-blank"])])[0][0] is Fate.DAMAGED
    assert explained(later=[made(6, "Bot", claim)])[0] == (Fate.TAKEN_BACK, 6, "ourselves")
    ours = [made(6), made(7, "Bot", "take back (batch b, undo 1)")]
    assert {fate for fate, _, _ in explained(later=ours)} == {Fate.TAKEN_BACK}
    hidden = made(6, "", claim, registered=False)
    assert explained(later=[hidden], user="")[0] == (Fate.REMOVED, 6, "unregistered")
    assert {fate for fate, _, _ in explained(emptied=True)} == {Fate.DAMAGED}


def test_an_edit_that_the_wiki_marks_as_reverted_was_reverted_whole():
    own = made(5, "Bot", tags=["mw-reverted"])
    assert explained(own, [made(6), made(7, tags=["mw-rollback"])]) == [(Fate.REVERTED, 7, "registered")] * 2
    assert explained(own) == [(Fate.REVERTED, None, "")] * 2


def test_an_item_is_emptied_when_most_of_it_is_gone_and_not_when_our_one_statement_is():
    four = item(*(standing(guid=f"Q1${n}") for n in range(4)))
    assert is_emptied(four, item(standing()), RULES)
    assert not is_emptied(four, item(*four.statements[:2]), RULES)
    assert not is_emptied(item(standing()), item(), RULES)
    assert not is_emptied(None, item(), RULES)


def test_the_worst_part_says_what_became_of_an_edit():
    assert worst(()) is Fate.KEPT
    assert worst((), Fate.MERGED) is Fate.MERGED
    assert worst(LOST, Fate.MERGED) is Fate.REMOVED


def test_what_others_added_is_counted_and_what_we_added_later_is_not():
    theirs = (Snak("P854", TextValue("https://other.example/1")),)
    before = item(standing(), standing(ItemValue("Q5"), references=(), guid="Q1$2", pid="P31"))
    now = item(
        standing(references=(OURS, theirs)),
        standing(ItemValue("Q5"), guid="Q1$2", pid="P31"),
        standing(TextValue("A.jpg"), guid="Q1$3", pid="P18"),
        standing(ItemValue("Q7"), guid="Q1$4", pid="P17"),
        labels={"en": "Tower", "fi": "Torni", "sv": "Torn"},
    )
    later = Content(labels={"sv": "Torn"}, statements=(Statement("P17", ItemValue("Q7"), Kind.PLACE, ()),))
    found = gained(before, now, (EDIT, later), (["enwiki"], ["enwiki", "fiwiki", "commonswiki"]))
    assert found == Gains(statements=1, references=2, labels=1, sitelinks=2, images=1)
    assert gained(before, before, (), ((), ())) == Gains()


def test_the_register_drifts_when_it_says_another_thing_and_not_by_a_metre():
    place = Statement("P625", CoordinateValue(50.1, 8.2, 0.001), Kind.PLACE, (OURS,))
    near = Statement("P625", CoordinateValue(50.1005, 8.2, 0.001), Kind.PLACE, (OURS,))
    far = Statement("P625", CoordinateValue(50.9, 8.2, 0.001), Kind.PLACE, (OURS,))
    image = Statement("P18", TextValue("A.jpg"), Kind.IMAGES, (OURS,))
    said = Content(labels={"en": "Tower"}, statements=(place, image))
    assert drifted(said, Content(labels={"en": "Tower"}, statements=(near,))) == ()
    assert drifted(said, Content(labels={"en": "Spire"}, statements=(far,))) == ("P625", "name in en")
