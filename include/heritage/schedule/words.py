"""Why a batch stands where it stands, or nowhere: in sentences."""

from collections.abc import Sequence
from itertools import groupby

from heritage.schedule.ledger import Ledger, Obstacle, Rule
from heritage.schedule.plan import Tier
from heritage.schedule.problem import Job
from heritage.schedule.shape import Ask, Horizon
from heritage.schedule.weeks import name

_TIERS = {
    Tier.EMERGENCY: "An emergency: it goes before all others.",
    Tier.OVERDUE: "It has waited for {waited} weeks, so that it goes before all but emergencies.",
    Tier.DECIDED: "",
    Tier.BACKLOG: "A forecast: nobody has decided on it yet, and nothing of it is sent before.",
}


class Words:
    """Sentences about the jobs of one ledger; `asks` have their titles."""

    def __init__(self, ledger: Ledger, asks: Sequence[Ask], horizon: Horizon) -> None:
        self._ledger, self._horizon = ledger, horizon
        self._titles = {ask.id: ask.title for ask in asks}
        self._asked = {ask.id: ask for ask in asks}

    def placed(self, job: Job) -> str:
        """Where a job starts, how long it takes, and what kept it from starting sooner."""
        start = self._ledger.starts[job.id]
        said = [self._tier(job), self._length(job, start), self._not_sooner(job, start)]
        if job.due is not None and (late := start + job.weeks - 1 - job.due) > 0:
            when = f"{_weeks(late)} late: it was due in {self._name(job.due)}"
            said.append(f"That is {when}." if job.due >= 0 else "It was due before this week.")
        return " ".join(filter(None, said))

    def waiting(self, job: Job) -> str:
        """Why a job has no place."""
        return f"{self._tier(job)} {self._nowhere(job)}".strip()

    def _nowhere(self, job: Job) -> str:
        weeks = self._ledger.problem.weeks
        if job.hold:
            return f"Waits: {job.hold}."
        if job.weeks > weeks:
            return f"It takes {_weeks(job.weeks)} and the calendar has {weeks}: split it."
        if job.ready >= weeks:
            return f"It may not start within the {weeks} weeks of the calendar."
        found = [self._ledger.obstacle(job, week) for week in range(job.ready, weeks)]
        barred = [one for one in found if one and one.rule is not Rule.HORIZON]
        if not barred:
            return f"Too few weeks are left of the calendar for the {_weeks(job.weeks)} that it takes."
        return self._never(job) or f"No room within {weeks} weeks: {self._told(barred)}"

    def _tier(self, job: Job) -> str:
        told = _TIERS[job.tier].format(waited=job.waited)
        asked = self._asked[job.id].tier
        if job.tier < asked and job.tier is not Tier.OVERDUE:
            return f"{told} Others that go first wait for it.".strip()
        return told

    def _length(self, job: Job, start: int) -> str:
        what = f"{sum(job.edits):,} edits and {_time(sum(job.minutes))} of reviewers"
        if job.running:
            return f"It is being sent: {what} are left, {_weeks(job.weeks)}."
        return f"From {self._name(start)} on, {_weeks(job.weeks)}: {what}."

    def _not_sooner(self, job: Job, start: int) -> str:
        if job.running or start == 0:
            return ""
        self._ledger.remove(job)
        barred = [self._ledger.obstacle(job, week) for week in range(start)]
        self._ledger.place(job, start)
        found = [one for one in barred if one]
        if len(found) < len(barred):
            return "It could start sooner, but the whole plan would be worth less."
        return f"Not sooner: {self._told(found)}"

    def _never(self, job: Job) -> str:
        """What no week at all has enough of, whoever else is planned."""
        room = self._ledger.problem.room
        rows = [(job.edits, room.edits, "edits"), (job.minutes, room.minutes, "hours")]
        rows += [
            (job.minutes, room.skills[skill], skill) for skill in sorted(job.skills & room.skills.keys())
        ]
        for wanted, row, what in rows:
            if max(wanted) <= max(row):
                continue
            of = "of reviewers" if what == "hours" else f"of who knows {what}"
            needs, most = (
                (f"{number:,} edits" if what == "edits" else f"{_time(number)} {of}")
                for number in (max(wanted), max(row))
            )
            return (
                f"It never fits: it needs {needs} in one week, and no week has more than {most}. "
                "Give more, or split it."
            )
        return ""

    def _told(self, obstacles: Sequence[Obstacle]) -> str:
        """The obstacles of weeks that follow each other, those of one rule together."""
        told = []
        for _, same in groupby(obstacles, key=lambda one: (one.rule, one.name)):
            group = list(same)
            weeks = sorted({one.week for one in group})
            most = max(group, key=lambda one: one.left)
            told.append(self._one(most, self._span(weeks[0], weeks[-1])))
        return "; ".join(dict.fromkeys(told)) + "."

    def _one(self, one: Obstacle, span: str) -> str:
        match one.rule:
            case Rule.HELD:
                return one.name
            case Rule.READY:
                return f"it may start in {self._name(one.week)} at the earliest"
            case Rule.SHUT:
                return f"{span} is closed ({one.name})"
            case Rule.AFTER:
                return f"{self._titles.get(one.name, one.name)} has to be through before"
            case Rule.BEFORE:
                return f"{self._titles.get(one.name, one.name)} waits for it"
            case Rule.EDITS:
                return f"no more than {one.left:,} edits are left in {span}, and it needs {one.needs:,}"
            case Rule.HOURS:
                left, needs = _time(one.left), _time(one.needs)
                return f"no more than {left} of reviewers are left in {span}, and it needs {needs}"
            case Rule.SKILL:
                left, needs = _time(one.left), _time(one.needs)
                return f"no more than {left} of who knows {one.name} are left in {span}, and it needs {needs}"
            case Rule.HORIZON:
                return f"too few weeks are left from {span}"

    def _span(self, first: int, last: int) -> str:
        return self._name(first) if first == last else f"{self._name(first)} to {self._name(last)}"

    def _name(self, week: int) -> str:
        return name(self._horizon.monday(week))


def _weeks(number: int) -> str:
    return "1 week" if number == 1 else f"{number} weeks"


def _time(minutes: int) -> str:
    if 0 < minutes < 60:
        return "1 minute" if minutes == 1 else f"{minutes} minutes"
    return "1 hour" if minutes == 60 else f"{round(minutes / 60, 1):g} hours"
