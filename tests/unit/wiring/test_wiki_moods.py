"""That a wiki stopped us is known on the page Health until it lets us write again."""

from contextlib import nullcontext
from pathlib import Path

import pytest

from heritage.adapters.wiki_moods import FOLDER, FileMoods
from heritage.errors import CircuitOpen, WikiBusy, WikiStopped
from heritage.ports.health import Mood
from heritage.wiring.settings import Settings
from heritage.wiring.wiki_moods import noted


def told(settings: Settings, error: Exception | None = None, target: str = "wikidata") -> list[Mood]:
    """What is kept after work that ended so."""
    with pytest.raises(type(error)) if error else nullcontext(), noted(settings, target):
        if error:
            raise error
    return [word.mood for _, word in FileMoods(settings.data_url).kept()]


def test_a_stop_holds_until_something_was_written_again(tmp_path: Path) -> None:
    settings = Settings(data_url=str(tmp_path / "data"))
    assert told(settings) == []
    assert told(settings, WikiBusy("lag of 9 s")) == [Mood.BUSY]
    assert told(settings, WikiStopped("The stop page says: stop at 53.757, -1.677")) == [
        Mood.BUSY,
        Mood.STOPPED,
    ]
    [first] = [one for _, one in FileMoods(settings.data_url).kept() if one.mood is Mood.STOPPED]
    assert first.why == "The stop page says: stop at ##.###, -#.###"
    told(settings, WikiStopped("The stop page says: stop at 53.757, -1.677"))
    [again] = [one for _, one in FileMoods(settings.data_url).kept() if one.mood is Mood.STOPPED]
    assert again.since == first.since < again.at
    assert told(settings, CircuitOpen("5 troubles in a row")) == [Mood.BUSY, Mood.STOPPED]
    assert told(settings, target="../commons") == [Mood.BUSY, Mood.STOPPED]
    assert told(settings) == [Mood.BUSY]


def test_what_cannot_be_kept_or_read_hides_nothing(tmp_path: Path) -> None:
    (tmp_path / FOLDER).write_text("no folder", encoding="utf-8")
    with pytest.raises(WikiStopped), noted(Settings(data_url=str(tmp_path)), "wikidata"):
        raise WikiStopped("blocked")
    (tmp_path / "data" / FOLDER).mkdir(parents=True)
    for number, text in enumerate(("{", "[]", '{"at": "never", "since": 1, "why": 1}')):
        (tmp_path / "data" / FOLDER / f"wiki{number}.stopped.json").write_text(text, encoding="utf-8")
    (tmp_path / "data" / FOLDER / "wiki.merry.json").write_text("{}", encoding="utf-8")
    assert told(Settings(data_url=str(tmp_path / "data"))) == []
