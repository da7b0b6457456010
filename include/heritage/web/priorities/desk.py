"""What all pages on priorities have in common: who asks, and in what roles of the process."""

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

from fastapi import HTTPException, Response

from heritage.governance.public import ACTING, about_hidden, hidden_numbers
from heritage.governance.settings import GovernanceSettings, Role
from heritage.model.governance import Proposal
from heritage.web import desk
from heritage.web.desk import Asker
from heritage.web.pages import Pages
from heritage.web.priorities.words import DONE, NOT_YOURS, ROLES, WORDS
from heritage.web.security import CsrfTokens
from heritage.wiring.priority_pages import PriorityPages


class Desk(desk.Desk):
    """Draws pages for one person at a time, and refuses what is not theirs to do."""

    def __init__(self, pages: Pages, governance: PriorityPages, tokens: CsrfTokens) -> None:
        super().__init__(pages, tokens, "priorities", DONE)
        self.governance = governance

    def render(self, asker: Asker, name: str, status: int = 200, **told: Any) -> Response:
        """A page from its template, with what each of them shows."""
        terms = self.governance.terms()
        roles = self.roles(asker, terms)
        known = {
            "words": WORDS,
            "terms": terms,
            "roles": roles,
            "role_words": [ROLES[role] for role in Role if role in roles],
            "person": lambda user: person_name(terms, user),
            "hides": self.hides(roles),
        }
        return super().render(asker, name, status, **(known | told))

    def roles(self, asker: Asker, terms: GovernanceSettings | None = None) -> frozenset[Role]:
        """In which roles of the process somebody may act today."""
        user = asker.user
        terms = terms or self.governance.terms()
        return frozenset(role for role in Role if self.governance.may(user.name, user.roles, role, terms))

    def hides(self, roles: frozenset[Role]) -> Callable[[Proposal], bool]:
        """Whether people in these roles are told of something put to the vote only that it is there, for it
        protects a place."""
        if roles & ACTING:
            return lambda _: False
        hidden = cache(lambda: hidden_numbers(self.governance.log.lines()))  # read where it is asked for
        return lambda proposal: about_hidden(proposal, () if proposal.supersedes is None else hidden())

    def refuse_others(self, asker: Asker, token: str, allowed: Iterable[Role] = ()) -> None:
        """Raises HTTPException 403 for a form of another site, and for people in none of the roles."""
        self.check(asker, token)
        if allowed and not self.roles(asker) & set(allowed):
            raise HTTPException(403, asker.tongue.gettext(NOT_YOURS))


def person_name(terms: GovernanceSettings, user: str) -> str:
    """As the terms of reference call somebody, else their user name."""
    return next((member.name for member in terms.members if member.user == user and member.name), user)
