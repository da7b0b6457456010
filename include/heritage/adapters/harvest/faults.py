"""What can go wrong with one request, by what may be done about it."""

from heritage.model.masking import masked


class Passing(Exception):
    """Worth another attempt, after `wait` seconds when the server named them. The message may quote what
    the server said, with the address it was asked at in it; tracebacks show it, so credentials are masked."""

    def __init__(self, message: str, wait: float | None = None) -> None:
        super().__init__(masked(message))
        self.wait = wait


class Lasting(Exception):
    """Another attempt would end the same. Without credentials, likewise."""

    def __init__(self, message: str) -> None:
        super().__init__(masked(message))


class OutOfTime(Exception):
    """The pull has taken as long as it may."""
