"""A few requests to every route; `python -m fuzz.over_http` makes as many as one likes."""

from pathlib import Path

from fuzz.over_http import both


def test_no_request_gets_an_error_of_ours_or_markup_back(tmp_path: Path) -> None:
    told = both(tmp_path, examples=1, chance=1)
    assert not told.findings
    assert told.requests > 150
    assert {200, 303, 403, 404, 422} & told.answers.keys() >= {200, 403, 404, 422}
