"""Commands on what became of uploads and for others: one sentence where they cannot do what is asked."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from heritage.cli.app import app


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["revisit"], "say which wiki"),
        (["impact", "--since", "2026-05-01", "--to", "2026-01-01"], "the period ends (2026-01-01) before it"),
        (["wlm", "xx_none", "-o", "lists.csv"], "give a name that ends with .zip"),
        (["wlm", "xx_none", "-o", "lists.zip"], "there is no dataset 'xx_none'"),
        (["feedback", "xx_none", "-o", "nowhere/f.zip"], "there is no folder nowhere"),
        (["feedback", "xx_none", "-o", "f.zip"], "no account is needed"),
        (["wlm", "xx_none", "-o", "folder.zip"], "folder.zip is a folder"),
        (["export", "xx_none", "--target", "w", "--format", "csv", "-o", "folder.zip"], "is a folder"),
        (["impact", "-o", "file"], "file is a file: give the name of a folder"),
    ],
)
def test_what_cannot_be_done_is_told(
    here: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], told: str
) -> None:
    monkeypatch.chdir(here)
    (here / "folder.zip").mkdir()
    (here / "file").touch()
    monkeypatch.delenv("HERITAGE_WIKI_API", raising=False)
    monkeypatch.delenv("HERITAGE_WIKI_TARGET", raising=False)
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 1
    assert told in " ".join(result.output.split())


def test_a_report_on_nothing_says_so(here: Path) -> None:
    result = CliRunner().invoke(app, ["impact", "-o", str(here / "impact")])
    assert result.exit_code == 0, result.output
    assert "0 items" in result.output
    assert "Nothing was uploaded" in (here / "impact" / "impact.html").read_text()
