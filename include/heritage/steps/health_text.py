"""What is found of an installation in words, and for machines: the page and the command say the same."""

from types import MappingProxyType
from typing import Any

from heritage.ports.health import Freshness, Gravity, Health, RegisterHealth, Trouble

_REMEDIES = MappingProxyType(
    {
        Trouble.DATABASE_AWAY: "See whether the server runs and can be reached; runs go on by themselves.",
        Trouble.STORE_UNAVAILABLE: "See whether the bucket can be reached, and whether its key still holds.",
        Trouble.LOG_BROKEN: "Upload nothing. `heritage decisions verify` says what is wrong; restore it.",
        Trouble.STORAGE_FULL: "Make room before the next runs: nothing half is kept, but they will fail.",
        Trouble.BROKEN_DESCRIPTION: "Correct the description; `heritage source check` says where.",
        Trouble.CHECKS_FAILED: "Read the page of the checks: correct the description, or ask the publisher.",
        Trouble.STALE_DATASET: "Look at the last run of its DAG: is it paused, waiting or failing?",
        Trouble.WAITING_APPROVAL: "Answer it under Required actions, or with `heritage run ID --approve`.",
        Trouble.WIKI_STOPPED: "Talk to those who stopped us; nothing is sent before they agree.",
        Trouble.WIKI_LIMITS: "Read why on the page of the batch, and talk to the wiki's people first.",
        Trouble.INDEX_STALE: "Run the DAG wikidata_index, then the registers.",
        Trouble.BACKLOG_UPLOADS: "`heritage schedule` says why it waits: give more hours, or cancel it.",
        Trouble.BACKLOG_REVIEWS: "Invite reviewers, or close campaigns that nobody answers.",
        Trouble.BACKLOG_HELPDESK: "The Expert Committee accepts or declines it.",
        Trouble.PERMISSION_ENDS: "Ask the owner or the body again: `heritage permission list` shows which.",
        Trouble.STORE_DAMAGED: "Restore the file from a backup, or move it away and run the step again.",
    }
)


def remedy(trouble: Trouble) -> str:
    """What to do first, in a sentence; the runbook says the rest."""
    return _REMEDIES[trouble]


def verdict(found: Health) -> str:
    """All in one sentence."""
    wrong = sum(one.gravity is Gravity.WRONG for one in found.findings)
    soon = len(found.findings) - wrong
    pulled = [one for one in found.registers if one.freshness is not Freshness.NEVER]
    fresh = sum(one.freshness is Freshness.FRESH for one in pulled)
    registers = (
        f"{fresh:,} of {len(pulled):,} registers are fresh" if pulled else "No register was pulled yet"
    )
    if not found.findings:
        return f"Nothing needs you. {registers}."
    needs = f"{wrong:,} {'thing is' if wrong == 1 else 'things are'} wrong" if wrong else "Nothing is wrong"
    look = f", {soon:,} {'wants' if soon == 1 else 'want'} a look" if soon else ""
    return f"{needs}{look}. {registers}."


def as_json(found: Health) -> dict[str, Any]:
    """The same for tools that watch: `status` is ok, soon or wrong."""
    status = "wrong" if found.wrong else "soon" if found.findings else "ok"
    facts = found.facts
    return {
        "status": status,
        "at": facts.at.isoformat(),
        "findings": [
            {
                "kind": one.trouble.value,
                "gravity": one.gravity.value,
                "subject": one.subject,
                "sentence": one.sentence,
            }
            for one in found.findings
        ],
        "registers": [_register(one) for one in found.registers],
        "queues": [
            {"name": one.name, "count": one.count, "oldest": _iso(one.oldest)} for one in facts.queues
        ],
        "wikis": [
            {
                "target": one.target,
                "edits_last_hour": one.last_hour,
                "edits_per_minute_allowed": one.per_minute,
                "not_sent": dict(one.causes),
                "told": {
                    word.mood.value: {"since": _iso(word.since), "at": _iso(word.at), "why": word.why}
                    for word in one.words
                },
            }
            for one in facts.wikis
        ],
        "storage": {
            "disk_free": facts.storage.free,
            "disk_total": facts.storage.total,
            "database": facts.storage.database,
        },
        "index_as_of": _iso(facts.index_as_of),
        "decisions": facts.decisions,
    }


def _register(one: RegisterHealth) -> dict[str, Any]:
    last = one.facts.figures[-1] if one.facts.figures else None
    counts = ("records", "rejected", "match", "review", "new", "size")
    return {
        "dataset": one.facts.dataset,
        "freshness": one.freshness.value,
        "pulled": _iso(one.facts.seen),
        "due": _iso(one.due),
        "last_run": {name: getattr(last, name) for name in counts} if last else None,
    }


def _iso(when: Any) -> str | None:
    return when.isoformat() if when else None
