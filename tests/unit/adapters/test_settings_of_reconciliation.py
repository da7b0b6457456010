"""The files that reconciliation goes by: a wrong word in them is told, never passed over."""

import shutil
from pathlib import Path

import pytest

from heritage.adapters.reconcile_settings import load_settings
from heritage.errors import SpecError
from register_examples import VOCABULARIES


@pytest.mark.parametrize(
    ("wrong", "right", "says"),
    [
        ("  kind: [0]", "  kin: [0]", "nothing that is compared is called kin"),
        ("municipality: [0.3, 0.9]", "municipality: [0.9, 0.3]", "those of municipality must rise"),
        ("  kind: [0]", "  kind: []", "those of kind must rise"),
        ("rounds: 1000", "rouns: 1000", "rouns"),
    ],
)
def test_a_wrong_word_in_the_rules_of_learning_is_told(
    tmp_path: Path, wrong: str, right: str, says: str
) -> None:
    folder = shutil.copytree(VOCABULARIES / "reconcile", tmp_path / "reconcile")
    rules = folder / "unsupervised.yaml"
    before = rules.read_text(encoding="utf-8")
    assert wrong in before
    rules.write_text(before.replace(wrong, right), encoding="utf-8")
    with pytest.raises(SpecError, match=says):
        load_settings(folder)


@pytest.mark.parametrize("entry", ["high road", "'--'"])
def test_what_is_not_one_word_is_told(tmp_path: Path, entry: str) -> None:
    folder = shutil.copytree(VOCABULARIES / "reconcile", tmp_path / "reconcile")
    words = folder / "words.yaml"
    before = words.read_text(encoding="utf-8")
    assert "[road, rd]" in before
    words.write_text(before.replace("[road, rd]", f"[road, {entry}]"), encoding="utf-8")
    with pytest.raises(SpecError, match=r"words\.yaml, same: .* is not one word"):
        load_settings(folder)


def test_the_digest_follows_every_file(tmp_path: Path) -> None:
    folder = shutil.copytree(VOCABULARIES / "reconcile", tmp_path / "reconcile")
    before = load_settings(folder).digest
    for file in sorted(folder.iterdir()):
        text = file.read_text(encoding="utf-8")
        file.write_text(text + "\n", encoding="utf-8")
        assert load_settings(folder).digest != before
        file.write_text(text, encoding="utf-8")
    assert load_settings(folder).digest == before
