"""Whether an edit of ours is on the wiki, when its answer was lost or its run ended."""

from heritage.ports.clock import Clock
from heritage.ports.decisions import JournalEntry
from heritage.ports.wiki import LiveWiki, WriteResult
from heritage.statements.content_json import from_json
from heritage.statements.live import parse_entity
from heritage.statements.wikibase_json import statement_guid


def arrived(entry: JournalEntry, wiki: LiveWiki, clock: Clock) -> WriteResult | None:
    """The edit, if it reached the wiki: by its id in our history, or by the ids of its statements."""
    found = wiki.find_edit(entry.edit_id, entry.sent_at or clock.now())
    if found or entry.qid is None:
        return found
    entity = wiki.read([entry.qid]).get(entry.qid)
    if entity is None:
        return None
    item = parse_entity(entity)
    ours = {statement_guid(item.qid, entry.edit_id, one) for one in from_json(entry.content).statements}
    standing = any(statement.guid in ours for statement in item.statements)
    return WriteResult(item.qid, item.revision, changed=True) if standing else None
