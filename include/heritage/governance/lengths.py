"""How much people can write: what they send stands in logs and minutes for good."""

from heritage.errors import GovernanceError

LINE, TEXT = 200, 2000
"""Characters of what is said in a line, and of a reason."""


def check_lengths(most: int, **given: str) -> None:
    """Raises GovernanceError naming the first entry that is longer; `given` are entries by their names."""
    for name, text in given.items():
        if len(text) > most:
            raise GovernanceError(
                f"{name.replace('_', ' ').capitalize()} has {len(text)} characters, {most} are the most: "
                "shorten it."
            )
