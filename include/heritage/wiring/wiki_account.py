"""The account that reads from and writes to the target wiki."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class WikiAccount:
    """`api` is the address of `api.php`; `user` and `password` a bot password (`Bot@suffix`).

    `target` is the wiki's name in the upload journal; it stays when the wiki moves to another address.
    """

    api: str
    user: str
    target: str
    password: str = field(repr=False)
