"""An order given on the page reaches the upload that runs somewhere else."""

import re
import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from heritage.errors import CircuitOpen, HeritageError
from heritage.model.edit import EditState
from heritage.model.upload import Action
from heritage.web.app import create_app
from heritage.web.bound import services
from heritage.wiring.batch_orders import order_batch
from heritage.wiring.settings import Settings
from heritage.wiring.stores import journal
from heritage.wiring.uploads import plan_batches, upload_batch
from heritage.wiring.wiki_account import WikiAccount
from installation import settings_in
from wikibase_sandbox.testing import BOT, running


@dataclass(frozen=True)
class Operator:
    name: str = "Olu"
    role: str | None = "op"

    @property
    def roles(self) -> tuple[str, ...]:
        return (self.role,) if self.role else ()


def test_a_batch_is_released_paused_resumed_and_cancelled_from_the_page(
    decided_installation: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = Path(shutil.copytree(decided_installation, tmp_path / "house"))
    for name, value in settings_in(folder, pilot_edits="2").items():
        monkeypatch.setenv(name, value)
    settings = Settings()
    pages = TestClient(create_app(services(settings), Operator, "a secret"), follow_redirects=False)

    def order(batch_id: str, action: str, **more: str) -> int:
        token = re.search(r'name="token" value="([^"]+)"', pages.get(f"/uploads/{batch_id}").text)
        assert token
        form = {"action": action, "reason": "tests", "token": token[1], **more}
        return pages.post(f"/uploads/{batch_id}/orders", data=form).status_code

    def edits(send: int | None = None) -> int:
        with suppress(HeritageError):  # held back, as it was ordered
            upload_batch(settings, account, batch.batch_id, limit=send)
        return len(sandbox.edits()) - before

    with running(folder / "wiki.sqlite") as sandbox:
        account = WikiAccount(sandbox.api_url, f"{BOT.name}@heritage", "sandbox", BOT.password)
        [batch] = [one for one in plan_batches(settings, account) if one.dataset == "de_libraries"]
        before = len(sandbox.edits())
        assert pages.get(f"/uploads/{batch.batch_id}").status_code == 404
        assert edits() == 2, "the pilot"
        shown = pages.get(f"/uploads/{batch.batch_id}").text
        assert "Pilot to be looked at" in shown
        assert f"<strong>2 of {batch.edits.num_rows}</strong> edits are settled" in shown
        assert order(batch.batch_id, "release") == 303
        assert order(batch.batch_id, "pause") == 303
        assert edits() == 2, "paused"
        assert order(batch.batch_id, "resume") == 303
        assert edits(send=5) == 5
        assert order(batch.batch_id, "cancel") == 200, "asked once more"
        assert order(batch.batch_id, "cancel", confirmed="yes") == 303
        assert edits() == 5
        told = pages.get("/uploads").text
        assert f'href="uploads/{batch.batch_id}"' in told
        assert "cancelled" in told


def test_nothing_waits_of_a_batch_that_is_cancelled_while_its_edits_are_sent(
    decided_installation: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = Path(shutil.copytree(decided_installation, tmp_path / "house"))
    for name, value in settings_in(folder, pilot_edits="1").items():
        monkeypatch.setenv(name, value)
    settings, seen = Settings(), []

    def cancel(done: int, _: int) -> None:
        if done == 2:
            seen.append(dict(journal(settings).counts(batch.batch_id)))
            order_batch(settings, "Olu", batch.batch_id, Action.CANCEL, "tests")

    with running(folder / "wiki.sqlite") as sandbox:
        account = WikiAccount(sandbox.api_url, f"{BOT.name}@heritage", "sandbox", BOT.password)
        [batch] = [one for one in plan_batches(settings, account) if one.dataset == "de_libraries"]
        upload_batch(settings, account, batch.batch_id)
        order_batch(settings, "Olu", batch.batch_id, Action.RELEASE, "tests")
        upload_batch(settings, account, batch.batch_id, progress=cancel)
        made = len(sandbox.edits())
    counts = journal(settings).counts(batch.batch_id)
    assert made == 3
    assert seen[0][EditState.SENDING] > 2, "some were written down ahead"
    assert (counts[EditState.CONFIRMED], counts[EditState.SKIPPED]) == (3, batch.edits.num_rows - 3)


def test_a_batch_that_met_one_trouble_upon_another_waits_for_a_person(
    decided_installation: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = Path(shutil.copytree(decided_installation, tmp_path / "house"))
    for name, value in settings_in(folder, pilot_edits="2").items():
        monkeypatch.setenv(name, value)
    settings = Settings()
    with running(folder / "wiki.sqlite") as sandbox:
        account = WikiAccount(sandbox.api_url, f"{BOT.name}@heritage", "sandbox", BOT.password)
        [batch] = [one for one in plan_batches(settings, account) if one.dataset == "de_libraries"]
        sandbox.fault("abusefilter", times=None, match={"action": "wbeditentity"})
        with pytest.raises(CircuitOpen):
            upload_batch(settings, account, batch.batch_id)
        sandbox.clear_faults()
        before = len(sandbox.edits())
        told = upload_batch(settings, account, batch.batch_id)
        assert len(sandbox.edits()) == before
        assert "until somebody resumes it" in told["stands"]
        assert "Last order: pause by Heritage Guard" in told["stands"]
        assert "troubles in a row" in told["stands"]
