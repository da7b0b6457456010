"""What people did on the wiki meanwhile is respected, and what happened is told."""

import pytest

from constraint_examples import CONSTRAINT_PROPERTIES, MANDATORY, claim
from heritage.adapters.wikibase.embedding import WikiAccess
from heritage.adapters.wikibase.wiki import PywikibotWiki
from heritage.errors import BatchHeld, GovernanceError, WikiStopped
from heritage.model.constraint import Constraint, ConstraintKind, ConstraintList, ConstraintStatus
from heritage.model.edit import Content, EditState, ItemValue, Kind, Statement, TextValue
from heritage.statements.live import parse_entity
from heritage.steps.upload_limits import UploadLimits
from heritage.steps.verify import Fate, verify

EDIT = {"action": "wbeditentity"}


def says(property, value, reference, kind=Kind.PLACE):
    return Content(statements=(Statement(property, ItemValue(value), kind, (reference,)),))


def by_person(sandbox):
    """The wiki under the hands of somebody who is not us."""
    access = WikiAccess(sandbox.api_url, "https://x.example", "Person@p", "person-password", patience=0.0)
    return PywikibotWiki(access)


def without_id(one):
    return {key: held for key, held in one.items() if key != "id"}


def change(wiki, qid, data):
    revision = wiki.read([qid])[qid]["lastrevid"]
    wiki.add(qid, data, revision, "by hand")


def reasons(journal, batch):
    return {e.record_id: e.reason for e in journal.entries(batch.batch_id) if e.state is EditState.SKIPPED}


def test_a_redirect_is_followed(sandbox, send, case):
    sandbox.seed(entities=[{"id": "Q11", "redirect": "Q13"}])
    assert send(case.batch(("2", "Q11", case.designated))).confirmed == 1
    assert [edit["entity_id"] for edit in sandbox.edits()] == ["Q13"]


def test_what_the_wiki_has_forbidden_meanwhile_is_skipped_with_the_reason(sandbox, journal, send, case):
    one_of = claim("P2302", "Q21510859", P2305=["Q502"], P2316=[MANDATORY])
    sandbox.seed(entities=[*CONSTRAINT_PROPERTIES, {"id": "Q21510859"}, {"id": MANDATORY}])
    before = sandbox.entity("P1435")["lastrevid"]
    by_person(sandbox).add("P1435", {"claims": [without_id(one_of)]}, before, "by hand")
    made = len(sandbox.edits())
    batch = case.batch(*case.to_send)
    assert send(batch).confirmed == 2
    assert reasons(journal, batch) == {"2": "constraint: P1435: Q501 is not allowed as its value"}
    assert len(sandbox.edits()) == made + 2


def test_a_list_that_comes_along_holds_where_the_wiki_states_nothing(sandbox, journal, send, case):
    only = Constraint(ConstraintKind.ONE_OF, ConstraintStatus.MANDATORY, items=("Q502",))
    batch = case.batch(("2", "Q11", case.designated))
    assert send(batch, constraints=ConstraintList("v1", {"P1435": (only,)})).confirmed == 0
    assert reasons(journal, batch)["2"].startswith("constraint: ")


def test_a_permission_revoked_meanwhile_stops_the_rest_of_the_batch(sandbox, journal, send, case, time):
    asked = []

    def gate():
        asked.append(time.now())
        if len(asked) == 3:
            raise GovernanceError("the licence gate has closed")

    batch = case.batch(*case.to_send)
    assert len(case.to_send) == 3
    with pytest.raises(GovernanceError, match="has closed"):
        send(batch, permitted=gate, limits=UploadLimits(gate=0))
    assert len(sandbox.edits()) == 1  # once before the batch, once for each edit
    assert journal.counts(batch.batch_id)[EditState.PLANNED] == 2
    asked.clear()
    send(batch, permitted=lambda: asked.append(time.now()), per_minute=1.5)
    assert len(sandbox.edits()) == 3
    assert len(asked) == 1  # an answer is relied on for a minute


def test_an_order_given_while_the_gate_is_asked_holds_for_that_very_edit(sandbox, send, case):
    """Whoever has paused a batch may have handed it to others by now."""
    orders = []

    def gate():
        orders.append("Ada paused it" if orders else None)  # once before the batch, once before the edit

    result = send(
        case.batch(*case.to_send),
        permitted=gate,
        held=lambda _: orders[-1],
        limits=UploadLimits(gate=0),
    )
    assert (result.confirmed, sandbox.edits()) == (0, [])


@pytest.mark.parametrize("state", ["deleted", "protected"])
def test_a_deleted_or_protected_item_is_skipped_and_the_rest_goes_on(sandbox, journal, send, case, state):
    sandbox.seed(entities=[{"id": "Q11", state: True}])
    batch = case.batch(*case.to_send)
    result = send(batch)
    assert result.confirmed == 2
    assert state in reasons(journal, batch)["2"]
    assert "Q11" not in [edit["entity_id"] for edit in sandbox.edits()]


def test_what_somebody_added_meanwhile_is_not_added_again(sandbox, journal, send, case):
    send(case.batch(("9", "Q11", case.designated)))
    again = send(case.batch(("2", "Q11", case.designated), batch_id="0123456789ab"))
    assert again.skipped == {"already there": 1}
    assert len(sandbox.edits()) == 1


def test_another_value_that_appeared_meanwhile_is_a_conflict_and_stays(sandbox, journal, send, case):
    batch = case.batch(("2", "Q11", says("P131", "Q501", case.reference)))
    send(batch, limit=0)
    send(case.batch(("8", "Q11", says("P131", "Q502", case.reference)), batch_id="0123456789ab"))
    assert send(batch).skipped == {"conflict": 1}
    assert reasons(journal, batch) == {"2": "conflict: P131: the item says Q502, the register Q501"}
    assert len(sandbox.edits()) == 1


def test_a_reference_for_a_statement_that_is_gone_is_skipped(sandbox, journal, send, case):
    sandbox.seed(entities=[{"id": "Q12", "redirect": "Q13"}])
    batch = case.batch(("3", "Q12", case.referred))
    assert send(batch).skipped == {"conflict": 1}
    assert sandbox.edits() == []


def test_no_second_item_for_an_identifier_that_somebody_gave_an_item_meanwhile(sandbox, journal, send, case):
    batch = case.batch(("1", None, case.made))
    send(batch, limit=0)
    snak = {"snaktype": "value", "property": "P1216", "datavalue": {"type": "string", "value": "1"}}
    person = by_person(sandbox)
    made = person.create(
        {"claims": [{"type": "statement", "rank": "normal", "mainsnak": snak}]}, "made by hand"
    )
    assert send(batch).skipped == {"has an item now": 1}
    assert made.qid in reasons(journal, batch)["1"]
    assert len(sandbox.edits()) == 1


def test_no_second_item_for_a_record_of_which_we_made_one(sandbox, send, case):
    sandbox.fault("search-lag", times=None)
    send(case.batch(("1", None, case.made)))
    other = Content(labels={"en": "South Tower, renamed"}, statements=case.made.statements)
    assert send(case.batch(("1", None, other), batch_id="0123456789ab")).skipped == {"has an item now": 1}
    assert len(sandbox.edits()) == 1


def test_what_a_person_removed_after_our_edit_does_not_come_back(sandbox, send, case):
    send(case.batch(("2", "Q11", case.designated)))
    [statement] = parse_entity(sandbox.entity("Q11")).statements
    change(by_person(sandbox), "Q11", {"claims": [{"id": statement.guid, "remove": ""}]})
    more = Content(labels={"sv": "Torn"}, statements=case.designated.statements)
    assert send(case.batch(("2", "Q11", more), batch_id="0123456789ab")).confirmed == 1
    live = parse_entity(sandbox.entity("Q11"))
    assert live.statements == ()
    assert live.labels["sv"] == "Torn"


def test_the_stop_page_stops_the_batch_with_its_words(sandbox, send, look, case):
    sandbox.seed(pages={"User:Bot/stop": "Wrong designations! --Ada"})
    batch = case.batch(*case.to_send)
    assert look(batch).waiting == 3
    with pytest.raises(WikiStopped, match="Wrong designations! --Ada"):
        send(batch)
    assert sandbox.edits() == []


@pytest.mark.parametrize("fault", ["block-user", "missing-grant"])
def test_a_block_or_a_lost_right_stops_the_batch(sandbox, send, case, fault):
    sandbox.fault(fault, times=None, match=EDIT)
    with pytest.raises(WikiStopped):
        send(case.batch(*case.to_send))
    assert sandbox.edits() == []


def test_a_refused_edit_is_skipped_with_the_code_and_never_sent_again(sandbox, journal, send, case):
    sandbox.fault("abusefilter", match=EDIT)
    batch = case.batch(*case.to_send)
    assert send(batch).skipped == {"refused, abusefilter-disallowed": 1}
    assert send(batch).confirmed == 2
    assert len(sandbox.edits()) == 2


def test_refusals_in_a_row_open_the_circuit_breaker(sandbox, send, case):
    sandbox.fault("spamblacklist", times=None, match=EDIT)
    with pytest.raises(WikiStopped, match="2 troubles in a row"):
        send(case.batch(*case.to_send), limits=UploadLimits(breaker=2))


def test_a_new_item_like_one_that_stands_is_refused_for_people_to_look_at(sandbox, journal, send, case):
    standing = {"id": "Q77", "labels": case.made.labels, "descriptions": case.made.descriptions}
    sandbox.seed(entities=[standing])
    batch = case.batch(("1", None, case.made))
    send(batch)
    assert "Q77" in reasons(journal, batch)["1"]
    assert sandbox.edits() == []


def test_what_a_wiki_takes_although_it_is_wrong_is_not_sent(sandbox, journal, send, case):
    bad = Content(
        statements=(Statement("P1216", TextValue("1 "), Kind.IDENTIFIERS, (case.reference,)),),
    )
    batch = case.batch(("2", "Q11", bad))
    assert send(batch).skipped == {"not sendable": 1}
    assert sandbox.edits() == []


def test_an_item_that_is_edited_all_the_time_is_left_for_another_day(sandbox, journal, send, case):
    sandbox.fault("edit-conflict", times=None, match={"id": "Q11"})
    batch = case.batch(*case.to_send)
    result = send(batch, limits=UploadLimits(attempts=3))
    assert (result.confirmed, result.skipped) == (2, {"edit conflict": 1})


def test_names_become_aliases_beside_those_of_others(sandbox, send, case):
    sandbox.seed(entities=[{"id": "Q15", "labels": {"en": "Item"}, "aliases": {"en": ["Theirs"]}}])
    send(case.batch(("2", "Q15", Content(labels={"en": "Ours"}, aliases={"en": ("Also ours",)}))))
    live = parse_entity(sandbox.entity("Q15"))
    assert live.labels == {"en": "Item"}
    assert live.aliases == {"en": ("Theirs", "Ours", "Also ours")}


def test_verify_tells_what_became_of_every_edit(sandbox, journal, send, case):
    contents = [("2", "Q11"), ("4", "Q13"), ("5", "Q14"), ("6", "Q500")]
    batch = case.batch(*((record, qid, case.designated) for record, qid in contents))
    send(batch)
    wiki = case.wiki_at(sandbox.api_url)
    assert verify(batch.batch_id, journal=journal, reader=wiki).present == 4

    [statement] = parse_entity(sandbox.entity("Q11")).statements
    change(by_person(sandbox), "Q11", {"claims": [{"id": statement.guid, "remove": ""}]})
    sandbox.seed(entities=[{"id": "Q13", "deleted": True}, {"id": "Q14", "redirect": "Q500"}])
    found = verify(batch.batch_id, journal=journal, reader=wiki)
    assert (found.present, found.reverted, found.deleted, found.merged) == (1, 1, 1, 1)
    assert {f.qid: (f.fate, f.lacks) for f in found.findings} == {
        "Q11": (Fate.REVERTED, ("P1435",)),
        "Q13": (Fate.DELETED, ()),
        "Q14": (Fate.MERGED, ()),
    }


def test_an_order_holds_from_the_next_edit_on(sandbox, send, case):
    orders = iter([None, "Ada paused it"])
    result = send(case.batch(*case.to_send), held=lambda _: next(orders))
    assert (result.confirmed, result.waiting) == (1, 2)
    assert len(sandbox.edits()) == 1


def test_an_order_given_while_the_upload_waits_holds_at_once(sandbox, send, case, time):
    def paused(seconds):
        raise BatchHeld("Ada paused it")

    result = send(case.batch(*case.to_send), per_minute=6, wait=paused)
    assert (result.confirmed, result.waiting) == (1, 2)
    assert send(case.batch(*case.to_send)).confirmed == 3


def test_what_an_earlier_batch_left_obeys_the_orders_of_that_batch(sandbox, journal, send, case):
    first = case.batch(*case.to_send)
    send(first, limit=1)
    again = case.batch(*case.to_send, batch_id="0123456789ab")
    result = send(again, held=lambda batch: "paused" if batch == first.batch_id else None)
    assert len(sandbox.edits()) == 1
    assert journal.counts(first.batch_id)[EditState.PLANNED] == 2
    assert (result.sent_now, send(again).sent_now) == (0, 2)
