"""What we depend on: versions pinned, locks at one with each other and with pyproject, and nothing under a
licence that a product under MIT could not be given on with."""

import re
import tomllib
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, distribution
from itertools import pairwise
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ("requirements.txt", "requirements-production.txt", "requirements-dev.txt")
FREE = re.compile(
    r"\bMIT|Apache|BSD|ISC|Zlib|CC0|PSF|Python Software Foundation|CNRI|Unlicense|MPL|Mozilla|HPND|Artistic"
)
"""Licences that ask for no more than to be named, or (MPL) for the changes of their own files."""
BESIDE = {
    "psycopg": "LGPL: imported as it is, and anybody can put another one in its place",
    "psycopg-binary": "LGPL, as psycopg",
    "psycopg2-binary": "LGPL with exceptions, of Airflow's provider for PostgreSQL, as psycopg",
    "openlineage-sql": "its wheel states none; Apache-2.0 as all of OpenLineage",
}
"""Packages under other licences, with why they may be there."""


def pins(lock: str) -> Iterator[Requirement]:
    for line in (ROOT / lock).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith((" ", "#", "-")):
            yield Requirement(line)


def pinned(lock: str) -> dict[tuple[str, str], str]:
    """Name and marker to version."""
    return {(canonicalize_name(p.name), str(p.marker or "")): str(p.specifier) for p in pins(lock)}


@pytest.mark.parametrize("lock", LOCKS)
def test_every_version_is_pinned(lock: str) -> None:
    loose = [str(p) for p in pins(lock) if not re.fullmatch(r"==[^*,]+", str(p.specifier))]
    assert not loose


def test_a_lock_contains_what_the_smaller_one_does() -> None:
    for less, more in pairwise(map(pinned, LOCKS)):
        lacking = {name for name, _ in less} - {name for name, _ in more}
        assert not lacking, "compile the locks as CONTRIBUTING says"
        assert not {one for one in less.keys() & more.keys() if less[one] != more[one]}


def test_the_locks_satisfy_what_the_project_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = {
        "requirements.txt": project["dependencies"],
        "requirements-production.txt": project["optional-dependencies"]["production"],
        "requirements-dev.txt": project["optional-dependencies"]["dev"],
    }
    for lock, wanted in asked.items():
        there = {name: version.removeprefix("==") for (name, _), version in pinned(lock).items()}
        for one in map(Requirement, wanted):
            name = canonicalize_name(one.name)
            if name != project["name"]:
                assert one.specifier.contains(there[name], prereleases=True), f"{one} in {lock}"


def test_every_licence_may_be_given_on() -> None:
    wrong = {}
    for name in {canonicalize_name(p.name) for p in pins("requirements-production.txt")} - BESIDE.keys():
        try:
            said = _licence(name)
        except PackageNotFoundError:  # for another Python or system
            continue
        if not FREE.search(said) or ("GPL" in said and "Artistic" not in said):
            wrong[name] = said
    assert not wrong


def _licence(name: str) -> str:
    about = distribution(name).metadata
    named = [one for one in about.get_all("Classifier") or () if one.startswith("License ::")]
    return str(about.get("License-Expression") or "; ".join(named) or about.get("License") or "none")
