"""What can go wrong with one request, by what may be done about it."""


class Passing(Exception):
    """Worth another attempt, after `wait` seconds when the server named them."""

    def __init__(self, message: str, wait: float | None = None) -> None:
        super().__init__(message)
        self.wait = wait


class Lasting(Exception):
    """Another attempt would end the same."""


class OutOfTime(Exception):
    """The pull has taken as long as it may."""
