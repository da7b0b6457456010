"""A batch is taken back: the wiki is as before, except what others have built on, which is told."""

import json
import re

import pytest

from heritage.errors import WikiBusy, WikiStopped
from heritage.model.edit import Content, ItemValue, Kind, Snak, Statement, TextValue
from heritage.ports.orders import UndoState
from heritage.statements.live import parse_entity
from heritage.steps.undo import foresee
from heritage.steps.upload_limits import UploadLimits

EDIT = {"action": "wbeditentity"}


@pytest.fixture
def contents(case):
    """Edits of items that exist: statements with and without qualifier, a reference, names."""
    qualified = Statement(
        "P31", ItemValue("Q502"), Kind.DESIGNATION, (case.reference,), (Snak("P1216", TextValue("part a")),)
    )
    named = Content(
        labels={"sv": "Torn"},
        aliases={"en": ("Södra tornet", "The Tower")},
        statements=(*case.designated.statements, qualified),
    )
    return (("2", "Q11", case.designated), ("3", "Q12", case.referred), ("4", "Q13", named))


def stands(sandbox, ids=("Q11", "Q12", "Q13", "Q14")):
    """What is on the wiki, less what every edit changes."""
    found = {}
    for qid in ids:
        entity = sandbox.entity(qid)
        kept = {key: value for key, value in entity.items() if key not in ("lastrevid", "modified")}
        found[qid] = json.dumps(kept, sort_keys=True)
    return found


def by_hand(sandbox, case, qid, data):
    person = case.wiki_at(sandbox.api_url)
    person.add(qid, data, person.read([qid])[qid]["lastrevid"], "by hand")


def states(undone, batch):
    return {entry.edit_id: entry.state for entry in undone.entries(batch.batch_id)}


def test_the_wiki_is_as_before(sandbox, send, take_back, undone, case, contents):
    before = stands(sandbox)
    batch = case.batch(*contents)
    send(batch)
    assert stands(sandbox) != before
    result = take_back(batch)
    assert stands(sandbox) == before
    assert (result.undone, result.partly, result.left, result.deletions, result.now) == (3, 0, 0, (), 3)
    made = [edit for edit in sandbox.edits() if "undo" in edit["comment"]]
    assert len(made) == 3
    for edit in made:
        assert re.search(
            r"Towers: take back what we added \(batch abcdef012345, undo [0-9a-f]{16}\) "
            r"\(\[\[:toolforge:editgroups/b/CB/[0-9a-f]{12}\|details\]\]\)$",
            edit["comment"],
        )
    assert {e.revision for e in undone.entries(batch.batch_id)} == {edit["rev_id"] for edit in made}
    assert take_back(batch).now == 0
    assert len(sandbox.edits()) == 6


def test_a_dry_run_says_the_same_and_has_nothing_to_write_with(
    sandbox, send, journal, undone, case, contents
):
    batch = case.batch(*contents)
    send(batch)
    made, foreseen = (
        len(sandbox.edits()),
        foresee(batch.batch_id, journal=journal, undone=undone, wiki=case.wiki_at(sandbox.api_url)),
    )
    assert (foreseen.undone, foreseen.now) == (3, 0)
    assert (len(sandbox.edits()), undone.entries(batch.batch_id)) == (made, [])


def test_what_was_taken_back_never_comes_again(sandbox, send, take_back, case, contents):
    batch = case.batch(*contents)
    send(batch)
    take_back(batch)
    made = len(sandbox.edits())
    assert send(batch).sent_now == 0
    assert send(case.batch(*contents, batch_id="0123456789ab")).sent_now == 0
    more = Content(labels={"fi": "Torni"}, statements=case.designated.statements)
    assert send(case.batch(("2", "Q11", more), batch_id="ba9876543210")).sent_now == 1
    assert parse_entity(sandbox.entity("Q11")).statements == ()
    assert len(sandbox.edits()) == made + 1


def change_of(sandbox, kind, qid="Q11"):
    [claim] = sandbox.entity(qid)["claims"]["P1435"]
    if kind == "rank":
        return claim | {"rank": "preferred"}
    if kind == "reference":
        url = {"type": "string", "value": "https://other.example"}
        snak = {"snaktype": "value", "property": "P854", "datavalue": url}
        return claim | {"references": [*claim["references"], {"snaks": {"P854": [snak]}}]}
    if kind == "fewer references":
        return claim | {"references": []}
    item = {"type": "wikibase-entityid", "value": {"entity-type": "item", "id": "Q502"}}
    snak = {"snaktype": "value", "property": "P1435", "datavalue": item}
    if kind == "value":
        return claim | {"mainsnak": snak}
    return claim | {"qualifiers": {"P131": [snak | {"property": "P131"}]}}


@pytest.mark.parametrize("kind", ["rank", "reference", "fewer references", "value", "qualifier"])
def test_a_statement_that_somebody_built_on_is_left_and_told(sandbox, send, take_back, undone, case, kind):
    batch = case.batch(("2", "Q11", case.designated), ("5", "Q14", case.designated))
    send(batch)
    by_hand(sandbox, case, "Q11", {"claims": [change_of(sandbox, kind)]})
    theirs = stands(sandbox, ["Q11"])
    result = take_back(batch)
    assert (result.undone, result.left, result.reasons) == (1, 1, {"changed by others": 1})
    assert stands(sandbox, ["Q11"]) == theirs
    assert "P1435" not in sandbox.entity("Q14")["claims"]
    [left] = [e for e in undone.entries(batch.batch_id) if e.state is UndoState.LEFT]
    assert left.reason == "changed by others: P1435"


def test_names_that_others_moved_stay_and_what_is_gone_already_is_no_edit(
    sandbox, send, take_back, undone, case
):
    named = Content(labels={"sv": "Torn"}, aliases={"en": ("The Tower",)})
    batch = case.batch(("2", "Q11", named), ("3", "Q13", named), ("4", "Q14", case.designated))
    send(batch)
    sv = {"language": "sv", "value": "Tornet"}
    by_hand(sandbox, case, "Q11", {"labels": {"sv": sv}, "aliases": {"sv": [sv | {"value": "Torn"}]}})
    [claim] = sandbox.entity("Q14")["claims"]["P1435"]
    by_hand(sandbox, case, "Q14", {"claims": [{"id": claim["id"], "remove": ""}]})
    made = len(sandbox.edits())
    result = take_back(batch)
    assert (result.undone, result.partly, result.left) == (2, 1, 0)
    reasons = {e.state: e.reason for e in undone.entries(batch.batch_id) if e.reason}
    assert reasons == {
        UndoState.PARTLY: "changed by others: label in 'sv' is an alias now",
        UndoState.UNDONE: "gone: somebody had removed it before",
    }
    assert sandbox.entity("Q11")["labels"]["sv"]["value"] == "Tornet"
    assert len(sandbox.edits()) == made + 2


@pytest.mark.parametrize(
    "built",
    [
        {"labels": {"sv": {"language": "sv", "value": "Norra tornet"}}},
        {"sitelinks": {"enwiki": {"site": "enwiki", "title": "North Tower"}}},
    ],
    ids=["label", "article"],
)
def test_new_items_are_for_administrators_to_delete_unless_somebody_built_on_them(
    sandbox, journal, send, take_back, case, built
):
    other = Content(labels={"en": "North Tower"}, statements=case.made.statements)
    batch = case.batch(("1", None, case.made), ("9", None, other))
    sandbox.seed(entities=[{"id": "Q99", "sitelinks": {"enwiki": {"site": "enwiki", "title": "Tower"}}}])
    send(batch)
    first, second = (entry.qid for entry in journal.entries(batch.batch_id))
    by_hand(sandbox, case, second, built)
    before = stands(sandbox, [first, second])
    result = take_back(batch)
    assert (result.deletions, result.left, result.reasons) == ((first,), 1, {"built on by others": 1})
    assert stands(sandbox, [first, second]) == before, "an emptied item would tell nobody what it was"


@pytest.mark.parametrize(
    ("seeded", "reason"),
    [
        ({"deleted": True}, "not there"),
        ({"redirect": "Q14"}, "merged"),
        ({"protected": True}, "refused, protected"),
    ],
)
def test_deleted_merged_and_protected_items_are_told(sandbox, send, take_back, case, seeded, reason):
    batch = case.batch(("2", "Q11", case.designated), ("4", "Q13", case.designated))
    send(batch)
    sandbox.seed(entities=[{"id": "Q11"} | seeded])
    result = take_back(batch)
    assert (result.undone, result.left, result.reasons) == (1, 1, {reason: 1})
    sandbox.seed(entities=[{"id": "Q11", "protected": False}])
    again = take_back(batch)
    assert (again.undone == 2) == ("protected" in seeded), "what was left is looked at again"


@pytest.mark.parametrize(
    "fault",
    [
        *("lost-response", "lost-request", "timeout", "http-504-saved", "http-503", "http-429", "nonjson"),
        *("maxlag", "readonly", "ratelimited", "edit-conflict", "badtoken", "session-loss"),
    ],
)
def test_a_fault_on_the_way_takes_nothing_back_twice(sandbox, send, take_back, case, contents, fault):
    before = stands(sandbox)
    batch = case.batch(*contents)
    send(batch)
    sandbox.fault(fault, after=1, match=EDIT)
    assert take_back(batch, **case.hurried(sandbox.api_url, fault)).undone == 3
    assert stands(sandbox) == before
    assert len([edit for edit in sandbox.edits() if "undo" in edit["comment"]]) == 3


def test_the_stop_page_a_block_and_trouble_in_a_row_stop_an_undo_and_the_next_goes_on(
    sandbox, send, take_back, case, contents
):
    before = stands(sandbox)
    batch = case.batch(*contents)
    send(batch)
    sandbox.seed(pages={"User:Bot/stop": "Leave it! --Ada"})
    with pytest.raises(WikiStopped, match="Leave it! --Ada"):
        take_back(batch)
    sandbox.seed(pages={"User:Bot/stop": ""})
    for fault, error in (("block-user", WikiStopped), ("nonjson", WikiStopped), ("readonly", WikiBusy)):
        sandbox.fault(fault, times=None, match=EDIT)
        with pytest.raises(error):
            take_back(batch, limits=UploadLimits(breaker=3))
        sandbox.clear_faults()
    assert take_back(batch).undone == 3
    assert stands(sandbox) == before


def test_an_undo_keeps_the_pace_of_uploads(send, take_back, case, contents, time):
    batch = case.batch(*contents)
    send(batch)
    time.waited.clear()
    take_back(batch, per_minute=15)
    assert time.waited[-2:] == [4, 4]
