"""A campaign run by the product's own rules, answer by answer, until every question is settled."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from crowd import UNKNOWN, Crowd
from doubtful import Questions

from heritage.model.review import DONT_KNOW, Answer, Outcome, ReviewKind, ReviewTask, Verdict
from heritage.review.agreement import Health, health
from heritage.review.order import Asking, Waiting, next_tasks
from heritage.review.patterns import patterns
from heritage.review.settings import ReviewSettings
from heritage.review.trust import Gold, weight
from heritage.review.verdict import judge

BATCH = 10
"""Tasks that a reviewer answers when they come."""
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass
class Campaign:
    """What is known while it runs, and in the end. `gold` are places of the questions whose answer is known:
    they are asked to learn whom to trust, and not counted among those that are to be settled."""

    asked: Questions
    people: Crowd
    gold: frozenset[int]
    settings: ReviewSettings
    share: float = 0.05
    by_agreement: bool = True
    """Whether agreement says how many answers are needed."""
    to_the_end: bool = False
    """Whether people are asked on about what is stuck, until they have given all answers."""
    outcomes: dict[int, Outcome] = field(default_factory=dict)
    answers: dict[int, list[Answer]] = field(default_factory=dict)
    of_reviewer: dict[int, list[Answer]] = field(default_factory=dict)
    trusted: dict[str, float] = field(default_factory=dict)
    seen: dict[str, Gold] = field(default_factory=dict)
    odd: set[str] = field(default_factory=set)
    health: Health | None = None
    least_alpha: float = 1.0
    given: int = 0
    """Answers, those to gold among them."""

    def __post_init__(self) -> None:
        self.tasks = {
            n: ReviewTask(
                str(n), "c", ReviewKind.MATCH, "set", record, self.asked.choices[n], "", "", "", BEGIN,
                gold=self.asked.choices[n][self.asked.right[n]] if n in self.gold else "",
            )
            for n, record in enumerate(self.asked.ids)
        }  # fmt: skip
        self.offered = {task.task_id: task.choices for task in self.tasks.values()}
        self.known = {task.task_id: task.gold for task in self.tasks.values() if task.gold}
        self.outcomes = {n: judge([], {}, self.settings) for n in self.tasks}
        self.answers = {n: [] for n in self.tasks}
        self.of_reviewer = {who: [] for who in range(len(self.people.kinds))}

    @property
    def redundancy(self) -> int:
        return self.health.redundancy if self.health and self.by_agreement else self.settings.redundancy

    def run(self) -> None:
        for turn, who in enumerate(map(int, self.people.arrivals)):
            if self._settled():
                return
            self._turn(who)
            if turn % 10 == 9:
                self._look()

    def _settled(self) -> bool:
        return not any(
            of.verdict is Verdict.OPEN and (self.to_the_end or not of.stuck)
            for n, of in self.outcomes.items()
            if n not in self.gold
        )

    def _turn(self, who: int) -> None:
        reviewer = f"r{who}"
        done = {answer.task_id for answer in self.of_reviewer[who]}
        waiting = [
            Waiting(task, self.outcomes[n], (reviewer,) if task.task_id in done else ())
            for n, task in self.tasks.items()
        ]
        given = self.of_reviewer[who]
        asking = Asking(reviewer, gold_seen=sum(a.task_id in self.known for a in given), answers=len(given))
        for task in next_tasks(waiting, asking, self.settings, self.share, BATCH, self.redundancy):
            self._answer(who, int(task.task_id))

    def _answer(self, who: int, n: int) -> None:
        place = self.people.said[who, n]
        choice = DONT_KNOW if place == UNKNOWN else self.asked.choices[n][place]
        given_at = BEGIN + timedelta(seconds=self.given)
        answer = Answer(str(n), f"r{who}", choice, given_at, str(self.given))
        self.given += 1
        self.answers[n].append(answer)
        self.of_reviewer[who].append(answer)
        if n not in self.gold:
            self._judge(n)
        elif choice != DONT_KNOW:
            before = self.seen.get(answer.reviewer, Gold())
            right = choice == self.known[answer.task_id]
            self.seen[answer.reviewer] = Gold(before.seen + 1, before.right + right)
            self._trust()

    def _trust(self) -> None:
        """Weights are those of now: what they touch is judged again."""
        now = {who: weight(of, self.settings) for who, of in self.seen.items()} | dict.fromkeys(self.odd, 0.0)
        changed = {who for who in now.keys() | self.trusted.keys() if now.get(who) != self.trusted.get(who)}
        self.trusted = now
        for who in changed:
            for answer in self.of_reviewer[int(who[1:])]:
                if int(answer.task_id) not in self.gold:
                    self._judge(int(answer.task_id))

    def _judge(self, n: int) -> None:
        self.outcomes[n] = judge(self.answers[n], self.trusted, self.settings, self.redundancy)

    def _look(self) -> None:
        """At patterns and at agreement, as a coordinator's page does from time to time."""
        every = [answer for given in self.answers.values() for answer in given]
        self.odd = set(patterns(every, self.offered, self.known, self.settings))
        self._trust()
        before = self.redundancy
        self.health = health(every, self.trusted, self.settings)
        if self.health.alpha is not None and self.health.tasks >= self.settings.alpha_from:
            self.least_alpha = min(self.least_alpha, self.health.alpha)
        if self.redundancy != before:
            for n in self.tasks.keys() - self.gold:
                self._judge(n)

    def result(self) -> "Result":
        """What it came to: experts settle what people did not."""
        counted = [n for n in self.tasks if n not in self.gold]
        accepted = [n for n in counted if self.outcomes[n].verdict is Verdict.ACCEPTED]
        right = sum(self.outcomes[n].choice == self.asked.choices[n][self.asked.right[n]] for n in accepted)
        escalated = len(counted) - len(accepted)
        return Result(
            tasks=len(counted),
            answers=self.given,
            accepted=len(accepted),
            accepted_right=right,
            escalated=escalated,
            alpha=self.health.alpha if self.health and self.health.alpha is not None else float("nan"),
            least_alpha=self.least_alpha,
            silenced=[
                self.people.kinds[who].name for who in self.of_reviewer if self.trusted.get(f"r{who}") == 0
            ],
        )


@dataclass(frozen=True)
class Result:
    tasks: int
    answers: int
    accepted: int
    accepted_right: int
    escalated: int
    alpha: float
    least_alpha: float
    silenced: list[str]
