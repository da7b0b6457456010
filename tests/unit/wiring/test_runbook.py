"""Whatever can be told has a section in the runbook that says what to do."""

import re
from pathlib import Path

import pytest

from heritage import errors
from heritage.errors import HeritageError
from heritage.model.alert import KINDS, kind_of
from heritage.ports.health import Trouble

TOLD = {*KINDS, *(trouble.value for trouble in Trouble)}
WITHOUT_ALERT = {"licence-closed", "audit-differs"}
PARTS = ("Means.", "Look at.", "Do.", "Run again.")


@pytest.fixture(scope="module")
def sections(repository: Path) -> dict[str, str]:
    text = (repository / "docs" / "runbook.md").read_text(encoding="utf-8")
    found = re.split(r"^### (\S+)\n", text, flags=re.MULTILINE)[1:]
    return dict(zip(found[::2], found[1::2], strict=True))


def test_every_kind_of_alert_has_a_section_and_no_section_is_left_over(sections: dict[str, str]) -> None:
    assert set(sections) == TOLD | WITHOUT_ALERT


def test_every_section_says_what_it_means_what_to_look_at_what_to_do_and_when_to_run_again(
    sections: dict[str, str],
) -> None:
    for kind, text in sections.items():
        at = [text.find(f"**{part}**") for part in PARTS]
        assert at == sorted(at), kind
        assert at[0] >= 0, kind


def test_every_error_has_a_kind() -> None:
    classes = [
        one for one in vars(errors).values() if isinstance(one, type) and issubclass(one, HeritageError)
    ]
    for one in classes:
        if one is not HeritageError:
            kind = kind_of(one.__new__(one))
            assert kind in KINDS
            assert kind != "task-failed", one


def test_the_kind_of_a_failure_is_that_of_the_error_behind_it() -> None:
    from airflow.sdk.exceptions import AirflowFailException
    from sqlalchemy.exc import OperationalError

    from heritage.orchestration.failures import as_airflow

    with pytest.raises(AirflowFailException) as failed, as_airflow():
        raise errors.SourceChanged("se_demo: other columns")
    assert kind_of(failed.value) == "source-changed"
    assert kind_of(OperationalError("select 1", {}, Exception())) == "database-away"
    assert kind_of(OSError(28, "No space left on device")) == "storage-full"
    assert kind_of(OSError(2, "No such file")) == "task-failed"


def test_links_inside_the_documents_of_engineers_lead_somewhere(repository: Path) -> None:
    for name in ("runbook.md", "engineers.md"):
        text = (repository / "docs" / name).read_text(encoding="utf-8")
        for page, anchor in re.findall(r"\]\(([\w-]+\.md)?(?:#([\w-]+))?\)", text):
            target = repository / "docs" / (page or name)
            assert target.is_file(), f"{name}: {page}"
            headings = re.findall(r"^#+ (.+)$", target.read_text(encoding="utf-8"), re.MULTILINE)
            anchors = {re.sub(r"[^\w -]", "", one.lower()).replace(" ", "-") for one in headings}
            assert not anchor or anchor in anchors, f"{name}: {page}#{anchor}"
