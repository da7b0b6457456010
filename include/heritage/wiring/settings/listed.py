"""Lists in variables."""


def listed(names: str) -> list[str]:
    """What stands between commas.

    >>> listed("a, b,")
    ['a', 'b']
    """
    return [name.strip() for name in names.split(",") if name.strip()]
