"""An installation as the page on health finds it: registers, queues and a wiki, some of them in trouble."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from heritage.ports.health import (
    Ending,
    Health,
    HealthFacts,
    KeptFigures,
    Mood,
    Queue,
    RegisterFacts,
    StorageFacts,
    Trouble,
    WikiFacts,
    Word,
)
from heritage.spec.health_rules import load_health_rules
from heritage.steps.health import health

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
ROOT = Path(__file__).resolve().parent.parent
RULES = load_health_rules(ROOT / "datasets" / "_vocabularies")
DAY = timedelta(days=1)


def register(number: int = 0, **changed: object) -> RegisterFacts:
    """A register that was pulled yesterday, with a run a month."""
    runs = tuple(
        KeptFigures(
            f"{number:016x}",
            NOW - (30 * back + 1) * DAY,
            *(1000 + number, 20 + back, 700 - 10 * back, 200 + 5 * back, 100 + 5 * back),
            (8 - back) * 1_000_000 * (number + 1),
        )
        for back in range(8)
    )[::-1]
    facts = RegisterFacts(
        f"xx_register_{number}", f"Register of the monuments of county {number}", "@monthly", seen=NOW - DAY
    )
    return replace(facts, checked=f"{number:016x}", pulled_at=NOW - DAY, figures=runs, **changed)


def facts(**changed: object) -> HealthFacts:
    """A calm installation, but for what is changed."""
    queues = (
        Queue(Trouble.WAITING_APPROVAL, "Snapshots to approve", 0, None, "datasets"),
        Queue(Trouble.BACKLOG_REVIEWS, "Review tasks", 1234, NOW - 12 * DAY, "reviews"),
        Queue(Trouble.BACKLOG_UPLOADS, "Approved edits not sent", 5120, NOW - 20 * DAY, "uploads"),
    )
    days = tuple(((NOW - back * DAY).date(), 400 + 13 * back) for back in range(25))[::-1]
    wiki = WikiFacts("wikidata", 30.0, 812, NOW, days, {"conflict": 31, "refused, abusefilter": 4})
    calm = HealthFacts(
        NOW,
        registers=tuple(register(number) for number in range(3)),
        queues=queues,
        wikis=(wiki,),
        storage=StorageFacts(60_000_000_000, 100_000_000_000, 41_000_000),
        index_as_of=NOW - 3 * DAY,
        decisions=17,
        log_faults=(),
    )
    return replace(calm, **changed)  # type: ignore[arg-type]


def in_trouble(registers: int = 12) -> Health:
    """Nearly everything at once."""
    some = [register(number) for number in range(registers)]
    some[0] = replace(some[0], seen=NOW - 80 * DAY)
    some[1] = replace(some[1], stops=2)
    some[2] = replace(some[2], asks=1, waits=True, pulled_at=NOW - 3 * DAY)
    some[3] = replace(some[3], seen=NOW - 22.5 * DAY)
    some[4] = RegisterFacts("xx_new", "A register that nobody has pulled", "@yearly")
    some[5] = replace(some[5], unread="StoreDamaged: xx/capture.json is damaged", seen=None, figures=())
    held = ((NOW - DAY, "5 troubles in a row, the last"),)
    words = (
        Word(Mood.BUSY, NOW - 2 * DAY, NOW - 2 * DAY, "The servers lag by 9 s."),
        Word(Mood.STOPPED, NOW - DAY, NOW, "The stop page says: please look at the categories first"),
    )
    calm = facts()
    return health(
        replace(
            calm,
            registers=tuple(some),
            broken=(("xx_broken", "xx_broken.yaml: licence.id: unknown key"),),
            wikis=(replace(calm.wikis[0], held=held, words=words),),
            endings=(
                Ending("xx_register_0", "wikidata", "waiver", "0123456789ab", (NOW + 60 * DAY).date()),
                Ending("xx_register_1", "commons", "VRT", "ba9876543210", (NOW - DAY).date()),
            ),
            storage=StorageFacts(5_000_000_000, 100_000_000_000, 41_000_000),
            index_as_of=NOW - 30 * DAY,
        ),
        RULES,
    )
