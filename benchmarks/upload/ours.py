"""Ours: the upload of a batch as the product does it, with journal, pace and stop page."""

import json
import sys
import tempfile
import time
from pathlib import Path

import pyarrow as pa
from work import DAY, FIRST, IDENTIFIER, PASSWORD, REGISTER, RETRIEVED, STATED_IN, URL, USER, VALUES, url_of

from heritage.adapters.clock import SystemClock
from heritage.adapters.database.engine import connect, upgrade
from heritage.adapters.database.journal import SqlJournal
from heritage.adapters.database.orders import SqlOrderBook
from heritage.adapters.database.pace import SqlPace
from heritage.adapters.database.undone import SqlUndoneEdits
from heritage.adapters.wikibase.embedding import WikiAccess
from heritage.adapters.wikibase.wiki import PywikibotWiki
from heritage.model.edit import Content, ItemValue, Kind, Snak, Statement, TextValue, TimeValue
from heritage.model.tables import EDITS
from heritage.model.upload import Action, Order
from heritage.statements.content_json import edit_id, to_json
from heritage.statements.selection import kinds_of
from heritage.steps.orders import why_held
from heritage.steps.plan_upload import UploadBatch
from heritage.steps.upload import upload
from heritage.steps.upload_limits import UploadLimits


def content_of(number: int, *, new: bool) -> Content:
    reference = (
        Snak(STATED_IN, ItemValue(REGISTER)),
        Snak(URL, TextValue(url_of(number))),
        Snak(RETRIEVED, TimeValue(DAY, 11)),
    )
    statements = [
        Statement(pid, ItemValue(qid), Kind.DESIGNATION, (reference,)) for pid, qid in VALUES.items()
    ]
    statements.append(Statement(IDENTIFIER, TextValue(str(FIRST + number)), Kind.IDENTIFIERS, (reference,)))
    names = {"sv": f"Torn {number}"} | ({"en": f"New tower {number}"} if new else {})
    described = {"en": f"new tower no. {number}"} if new else {}
    return Content(labels=names, descriptions=described, statements=tuple(statements))


def batch_of(count: int, *, new: bool) -> UploadBatch:
    rows = []
    for number in range(count):
        content, qid = content_of(number, new=new), None if new else f"Q{FIRST + number}"
        record = str(FIRST + number)
        rows.append(
            {
                "edit_id": edit_id("xx_towers", record, qid, content),
                "dataset": "xx_towers",
                "snapshot": "s1",
                "record_id": record,
                "qid": qid,
                "level": "none_known",
                "kinds": ["new_items"] if new else kinds_of(content),
                "content": to_json(content),
                "additions": to_json(content),
            }
        )
    edits = pa.Table.from_pylist(rows, schema=EDITS)
    return UploadBatch("abcdef012345", "xx_towers", "Towers", IDENTIFIER, "sandbox", (7,), edits)


def main(api: str, count: int, per_minute: float, what: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder)}/heritage.sqlite"
        upgrade(url)
        engine = connect(url, keep_open=True)
        access = WikiAccess(
            api, "https://heritage.example/contact", f"{USER}@bench", PASSWORD, stop_page=f"User:{USER}/stop"
        )
        journal, batch = SqlJournal(engine), batch_of(count, new=what == "new")
        wiki = PywikibotWiki(access)
        book = SqlOrderBook(engine)
        book.give(Order(batch.batch_id, Action.RELEASE, "looked at", "bench", SystemClock().now()), list)
        orders = {"orders": book, "journal": journal, "undone": SqlUndoneEdits(engine), "pilot": 10}
        wiki.facts()  # logged in, as the peers are before the clock runs
        began = time.monotonic()
        done = upload(
            batch,
            journal=journal,
            writer=wiki,
            pace=SqlPace(engine, "sandbox", per_minute, SystemClock()),
            clock=SystemClock(),
            wait=time.sleep,
            limits=UploadLimits(),
            permitted=lambda: None,
            held=lambda batch_id: why_held(batch_id, **orders),
        )
        seconds = time.monotonic() - began
        sent = sorted(entry.sent_at for entry in journal.entries(batch.batch_id) if entry.sent_at)
        between = (sent[-1] - sent[0]).total_seconds()
        print(json.dumps({"items": done.confirmed, "seconds": seconds, "between": between}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), sys.argv[4])
