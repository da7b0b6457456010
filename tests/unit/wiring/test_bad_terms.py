"""Terms of reference that somebody wrote wrongly: the file, the line, the field, and what to do."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from heritage.errors import SpecError
from heritage.governance.settings import Role
from heritage.wiring.settings import Settings
from heritage.wiring.terms import governance_settings, nobody_can_act
from terms_examples import EVER, terms_with

Terms = dict[str, Any]
LATE = {"from": "2030-01-01", "until": "2031-01-01"}


def seat(**given: Any) -> Callable[[Terms], None]:
    """Changes the second member."""
    return lambda terms: terms["members"][1].update(given)


def also(**given: Any) -> Callable[[Terms], None]:
    """Adds a member."""
    return lambda terms: terms["members"].append(given)


def role(name: str, *users: str) -> Callable[[Terms], None]:
    return lambda terms: terms["roles"].update({name: [{"user": user, **EVER} for user in users]})


def of_airflow(name: str, *roles: str) -> Callable[[Terms], None]:
    def change(terms: Terms) -> None:
        terms["roles"]["secretary"] = [{"user": "Sekai", **EVER}]
        terms["airflow_roles"][name] = list(roles)

    return change


WRONG: list[tuple[Callable[[Terms], None], str, str]] = [
    (
        also(user="Ada", **LATE),
        "members",
        "more than one seat for Ada at one time, from 2020-01-01 until 2099-12-31 and from 2030-01-01 until "
        "2031-01-01: let one term end before the next begins",
    ),
    (
        seat(**{"from": "2031-01-01", "until": "2030-01-01"}),
        "members.1",
        "the term of Bo ends before it begins: `until` is 2030-01-01, `from` is 2031-01-01; swap them",
    ),
    (
        seat(**{"from": "2026-02-30"}),
        "members.1.from",
        "'2026-02-30' is no day: write year, month and day, as",
    ),
    (
        seat(until="next spring"),
        "members.1.until",
        "'next spring' is no day: write year, month and day, as 20",
    ),
    (seat(until=None), "members.1.until", "'None' is no day: write year, month and day, as 2026-12-31"),
    (seat(user=7), "members.1.user", "a text is wanted: put it in quotes, as '7'"),
    (
        seat(user="Bo "),
        "members.1.user",
        "'Bo ' begins or ends with a space, and is nobody's user name: write 'Bo'",
    ),
    (seat(naem="Bo"), "members.1.naem", "unknown key, did you mean 'name'?"),
    (
        seat(interests=[{"why": "funder"}]),
        "members.1.interests.0",
        "say what the interest is in: datasets, publishers or countries",
    ),
    (
        seat(interests=[{"why": "lives there", "countries": ["Sweden"]}]),
        "members.1.interests.0.countries.0",
        "'Sweden' is not a country by its two small letters, as se",
    ),
    (role("secretery", "Sekai"), "roles.secretery", "'secretery' is not known, did you mean 'secretary'?"),
    (
        role("member", "Zoe"),
        "roles",
        "members stand under `members`, with their interests, not under `roles`",
    ),
    (
        role("chair", "Zoe"),
        "roles",
        "the chair Zoe has no seat under `members`: give them one, or name a member",
    ),
    (
        role("secretary", "Ada"),
        "roles",
        "secretaries have no vote, but Ada stand under `members` too: take them",
    ),
    (
        role("secretary", " Sekai"),
        "roles.secretary.0.user",
        "' Sekai' begins or ends with a space, and is nobody's user name: write 'Sekai'",
    ),
    (
        of_airflow("secretery", "op"),
        "airflow_roles.secretery",
        "'secretery' is not known, did you mean 'secretary'?",
    ),
    (
        of_airflow("secretary"),
        "airflow_roles.secretary",
        "people are named for secretary, and no role of Airflow lets anybody act as such: list those",
    ),
]


def settings_with(folder: Path, change: Callable[[Terms], None]) -> Settings:
    terms = yaml.safe_load(yaml.safe_dump(terms_with(("Ada", "Bo"))))
    change(terms)
    file = folder / "our terms.yaml"
    file.write_text(yaml.safe_dump(terms, sort_keys=False))
    return Settings(governance=file)


@pytest.mark.parametrize(("change", "field", "told"), WRONG)
def test_what_is_wrong_in_the_terms_is_told_with_file_line_field_and_what_to_do(
    tmp_path: Path, change: Callable[[Terms], None], field: str, told: str
) -> None:
    with pytest.raises(SpecError) as refused:
        governance_settings(settings_with(tmp_path, change))
    first = str(refused.value).split("; line")[0]
    file, _, rest = first.partition(": line ")
    number, _, rest = rest.partition(", ")
    assert file == "our terms.yaml"
    assert number.isdigit()
    assert rest.startswith(f"{field}: {told}")


def test_terms_without_a_mistake_are_taken(tmp_path: Path) -> None:
    terms = governance_settings(settings_with(tmp_path, role("chair", "Bo")))
    assert terms.holders(Role.CHAIR, date(2026, 6, 1)) == ("Bo",)


def test_a_role_that_airflow_does_not_have_lets_nobody_act(tmp_path: Path) -> None:
    settings = settings_with(tmp_path, of_airflow("secretary", "oper", "Heritage Secretary"))
    (told,) = nobody_can_act(settings, frozenset({"viewer", "user", "op", "admin"}))
    assert told.startswith("our terms.yaml: line ")
    assert told.endswith(
        "airflow_roles.secretary: Airflow's auth manager has no role 'oper' or 'heritage secretary', so that "
        "nobody can act as secretary: write one of those that it has (admin, op, user, viewer)."
    )
    assert nobody_can_act(settings, frozenset({"heritage secretary", "user"})) == []
