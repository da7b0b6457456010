"""What `python tests/faults/soak.py` would tell as growth, and that it tells it."""

from soak import Seen, grown


def test_what_keeps_growing_is_told_and_what_comes_and_goes_is_not() -> None:
    steady = [Seen(300 + number % 5, 40 + number % 3, 4, 8.0, number % 2) for number in range(48)]
    assert not list(grown(steady))
    leaking = [Seen(300 + 3 * number, 40 + number, 4, 8.0 + number, number) for number in range(48)]
    assert [one.split()[0] for one in grown(leaking)] == ["megabytes", "files", "temporary", "the"]
