"""Items are looked at again when their day has come: what became of our edits is found out from the wiki
alone, written down once, and nothing is written there."""

import pytest

from heritage.adapters.database.engine import connect
from heritage.adapters.database.visits import SqlVisits
from heritage.adapters.wikibase.embedding import WikiAccess
from heritage.adapters.wikibase.past import PywikibotPast
from heritage.adapters.wikibase.wiki import PywikibotWiki
from heritage.errors import WikiBusy
from heritage.model.edit import Content, ItemValue, Kind, Statement
from heritage.model.visit import Fate, Gains
from heritage.ports.orders import UndoState
from heritage.spec.revisits import load_revisit_rules
from heritage.steps.revisit import revisit
from heritage.steps.upload import write_down
from installation import DATASETS
from wikibase_sandbox.testing import PERSON

RULES = load_revisit_rules(DATASETS / "_vocabularies" / "revisits.yaml")
CONTACT = "https://heritage.example/contact"


@pytest.fixture
def visits(tmp_path, journal):
    return SqlVisits(connect(f"sqlite:///{tmp_path}/journal.db"))


@pytest.fixture
def look_again(sandbox, visits, time):
    past = PywikibotPast(WikiAccess(sandbox.api_url, CONTACT, user="Bot@heritage", patience=0.0))

    def run(says=None, **changed):
        given = {"visits": visits, "wiki": past, "rules": RULES, "clock": time} | changed
        return revisit("xx_towers", "sandbox", says=lambda ids: says or {}, **given)

    return run


@pytest.fixture
def person(sandbox):
    access = {"user": f"{PERSON.name}@tests", "password": PERSON.password, "patience": 0.0, "bot": False}
    wiki = PywikibotWiki(WikiAccess(sandbox.api_url, CONTACT, **access))

    def edit(qid, data):
        return wiki.add(qid, data, wiki.read([qid])[qid]["lastrevid"], "by hand").revision

    return edit


def pass_days(time, days):
    time.wait(days * 86_400)


def standing(sandbox, qid, property):
    return [claim["id"] for claim in sandbox.entity(qid)["claims"][property]]


def test_what_became_of_every_edit_is_found_once_and_told_with_who_did_it(
    sandbox, send, visits, look_again, person, time, case
):
    named = Content(
        labels={"sv": "Torn"},
        statements=(Statement("P31", ItemValue("Q502"), Kind.DESIGNATION, (case.reference,)),),
    )
    batch = case.batch(*case.to_send, ("4", "Q13", named), ("5", "Q14", case.designated))
    send(batch)
    made = next(edit for edit in sandbox.edits() if "new item" in edit["comment"])["entity_id"]
    [ours] = standing(sandbox, "Q11", "P1435")
    removed = person("Q11", {"claims": [{"id": ours, "remove": ""}]})
    image = {
        "snaktype": "value",
        "property": "P1216",
        "datavalue": {"type": "string", "value": "other list 7"},
    }
    added = {"type": "statement", "rank": "normal", "mainsnak": image}
    person("Q12", {"labels": {"fi": {"language": "fi", "value": "Torni"}}, "claims": [added]})
    sandbox.seed(entities=[{"id": made, "deleted": True}, {"id": "Q13", "redirect": "Q14"}])
    before = len(sandbox.edits())

    assert look_again().visited == 0, "not yet"
    pass_days(time, 31)
    found = look_again(says={"2": Content(), "3": None})
    assert found.visited == 5
    assert found.fates == {Fate.DELETED: 1, Fate.REMOVED: 2, Fate.KEPT: 2}
    assert (found.enriched, found.drifted) == (1, 2)
    by_record = {row["edit_id"]: row["record_id"] for row in batch.edits.to_pylist()}
    told = {by_record[one.edit_id]: one for one in visits.of_batch(batch.batch_id)}
    assert [(f.what, f.revision, f.by) for f in told["2"].findings] == [("P1435", removed, "registered")]
    assert told["3"].gains == Gains(statements=1, labels=1)
    assert (told["1"].item, told["1"].kept) == ("", 0)
    assert told["4"].item == "Q14", "and what the other item lacks"
    assert {one.what for one in told["4"].findings} == {"P31", "name in sv"}
    assert told["5"].fate is Fate.KEPT
    assert (told["2"].drift, told["3"].drift) == (("P1435",), ("record",))
    assert look_again().visited == 0, "nothing twice"
    assert len(sandbox.edits()) == before, "nothing is put right by a machine"

    pass_days(time, 363)
    assert look_again().visited == 0
    pass_days(time, 2)
    assert look_again().visited == 5
    assert {one.occasion for one in visits.newest()} == {1}
    pass_days(time, 3 * 365)
    assert look_again().visited == 5, "years that were missed are not made up for"
    assert look_again().visited == 0


def test_a_run_that_was_stopped_goes_on_where_it_was(
    sandbox, send, visits, look_again, time, case, monkeypatch
):
    send(case.batch(*case.to_send))
    pass_days(time, 31)
    monkeypatch.setattr("heritage.steps.revisit.READ_TOGETHER", 1)
    told = []

    def killed(done, total):
        told.append((done, total))
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        look_again(progress=killed)
    assert told == [(1, 3), (2, 3)]
    sandbox.fault("lost-request", times=None, match={"action": "wbgetentities"})
    with pytest.raises(WikiBusy):
        look_again()
    sandbox.clear_faults()
    assert look_again().visited == 1
    assert len(list(visits.newest())) == 3


def test_what_we_took_back_is_not_missed(send, take_back, visits, look_again, undone, time, case, person):
    batch = case.batch(*case.to_send[1:])
    send(batch)
    person("Q12", {"labels": {"fi": {"language": "fi", "value": "Torni"}}})
    take_back(batch)
    pass_days(time, 31)
    left = {e.edit_id for e in undone.entries(batch.batch_id) if e.state is not UndoState.UNDONE}
    assert look_again().visited == len(left) == 0


def test_items_that_nobody_has_touched_are_asked_for_fifty_together_and_not_read(
    sandbox, journal, look_again, time, case
):
    sandbox.seed(entities=[{"id": f"Q{n}", "labels": {"en": f"T{n}"}} for n in range(1000, 1055)])
    batch = case.batch(*((str(n), f"Q{n}", case.designated) for n in range(1000, 1055)))
    write_down(batch, journal, time)
    sent = journal.sending_together([(e, e.content) for e in journal.pending(batch.batch_id)], time.now())
    made = [(e, e.qid, sandbox.entity(e.qid)["lastrevid"]) for e in sent]
    journal.confirmed_together(made, time.now())
    pass_days(time, 31)
    before = sandbox.requests()["actions"].get("wbgetentities", 0)
    assert look_again().fates == {Fate.KEPT: 55}
    assert sandbox.requests()["actions"]["wbgetentities"] - before == 2
