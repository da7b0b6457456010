"""The tables of reviews. Tasks, answers, outcomes, uses and states are append-only (triggers, see the
migration); standings, participants and what is known of a reviewer follow from them and can be made anew."""

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from heritage.adapters.database.schema import METADATA, UtcDateTime

REVIEWERS = Table(
    "reviewers",
    METADATA,
    Column("pseudonym", String(40), primary_key=True),
    Column("user", String(200), unique=True),  # null once they asked to be forgotten
    Column("ranked", Boolean, nullable=False),
    Column("joined_at", UtcDateTime, nullable=False),
    Column("gold_seen", Integer, nullable=False),
    Column("gold_right", Integer, nullable=False),
    Column("weight", Float, nullable=False),
    Column("pattern", Text, nullable=False),  # why their answers weigh nothing; empty: they do weigh
)

REVIEW_TASKS = Table(
    "review_tasks",
    METADATA,
    Column("task_id", String(64), primary_key=True),
    Column("campaign", String(40), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("dataset", String(200), nullable=False),
    Column("record_id", Text, nullable=False),
    Column("choices", Text, nullable=False),  # JSON list
    Column("suggestion", Text, nullable=False),
    Column("proposed_by", String(40), nullable=False, index=True),
    Column("content_hash", String(64), nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("gold", String(64), nullable=False),
    Column("experts_only", Boolean, nullable=False),
    Index(None, "dataset", "campaign"),
)

REVIEW_ANSWERS = Table(
    "review_answers",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("task_id", ForeignKey("review_tasks.task_id"), nullable=False),
    Column("campaign", String(40), nullable=False, index=True),
    Column("reviewer", ForeignKey("reviewers.pseudonym"), nullable=False),
    Column("choice", String(64), nullable=False),
    Column("given_at", UtcDateTime, nullable=False),
    Column("key", String(64), nullable=False),
    Column("correction", Text, nullable=False),
    Column("seconds", Float),
    Column("expert", Boolean, nullable=False),
    Column("gold", Boolean, nullable=False),
    Index(None, "task_id", "reviewer"),
    Index(None, "reviewer", "gold"),
    UniqueConstraint("reviewer", "key"),
)

REVIEW_COMMENTS = Table(
    "review_comments",
    METADATA,
    Column("number", ForeignKey("review_answers.number"), primary_key=True, autoincrement=False),
    Column("comment", Text, nullable=False),  # deleted when who wrote it asks to be forgotten
)

REVIEW_OUTCOMES = Table(
    "review_outcomes",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("task_id", ForeignKey("review_tasks.task_id"), nullable=False, index=True),
    Column("verdict", String(16), nullable=False),
    Column("choice", String(64), nullable=False),
    Column("confidence", Float, nullable=False),
    Column("answers", Integer, nullable=False),
    Column("by_expert", String(40), nullable=False),
    Column("up", Float, nullable=False),
    Column("down", Float, nullable=False),
    Column("stuck", Boolean, nullable=False),
    Column("reason", Text, nullable=False),  # where it is not the answers: changed data, a reopening
    Column("at", UtcDateTime, nullable=False),
)

REVIEW_STANDINGS = Table(
    "review_standings",
    METADATA,
    Column("task_id", ForeignKey("review_tasks.task_id"), primary_key=True),
    Column("campaign", String(40), nullable=False),
    Column("dataset", String(200), nullable=False),
    Column("verdict", String(16), nullable=False),
    Column("choice", String(64), nullable=False),
    Column("confidence", Float, nullable=False),
    Column("answers", Integer, nullable=False),
    Column("by_expert", String(40), nullable=False),
    Column("up", Float, nullable=False),
    Column("down", Float, nullable=False),
    Column("stuck", Boolean, nullable=False),
    Column("gold", Boolean, nullable=False),
    Column("experts_only", Boolean, nullable=False),
    Column("proposed_by", String(40), nullable=False),
    Column("place", Integer, nullable=False),  # the order among tasks that are equally near to an end
    Column("used", Boolean, nullable=False),  # it has had an effect, and is counted anew no more
    Index(
        "ix_review_standings_next",
        "campaign",
        "verdict",
        "gold",
        "experts_only",
        "stuck",
        "answers",
        "place",
    ),
    Index(None, "dataset", "verdict"),
)

REVIEW_USES = Table(
    "review_uses",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("task_id", ForeignKey("review_tasks.task_id"), nullable=False, index=True),
    Column("used_for", String(32), nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

REVIEW_PARTICIPANTS = Table(
    "review_participants",
    METADATA,
    Column("campaign", String(40), primary_key=True),
    Column("reviewer", ForeignKey("reviewers.pseudonym"), primary_key=True),
    Column("answers", Integer, nullable=False),
    Column("place", Integer, nullable=False),  # of the task answered last: the next ones lie behind it
    Column("gold", Integer, nullable=False),  # of the answers
    Column("judged", Integer, nullable=False),
    Column("agreed", Integer, nullable=False),
)

CAMPAIGN_STATES = Table(
    "campaign_states",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("campaign", String(40), nullable=False, index=True),
    Column("state", String(16), nullable=False),
    Column("reason", Text, nullable=False),
    Column("set_by", String(40), nullable=False),  # pseudonym; empty: the machine
    Column("at", UtcDateTime, nullable=False),
)

CAMPAIGN_HEALTH = Table(
    "campaign_health",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("campaign", String(40), nullable=False, index=True),
    Column("answers", Integer, nullable=False),
    Column("judged", Integer, nullable=False),
    Column("alpha", Float),
    Column("redundancy", Integer, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)
