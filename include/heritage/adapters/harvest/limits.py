"""How patient we are with a publisher, and how much we take from one."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class HttpSettings:
    """How registers are asked for. `user_agent` names us and how to reach us.

    `mirror` is a base address that holds `<country>/<dataset>/samples/<file>` and is asked instead.
    `scratch` is where the pages of a pull lie until all have come; pages of a pull that began longer than
    `unfinished_s` ago are dropped. `pause_s` lies between two requests to a host. After a failure there are
    `attempts` in all, `wait_s` apart and then twice that, or as long as the server asks; where it asks for
    more than `longest_wait_s`, the pull ends. `silence_s` is the longest wait for the next byte, `pull_s` the
    longest time of a pull, `largest_bytes` and `most_pages` all that it may bring. What comes packed may be
    `packed_ratio` times as large once it has more than `packed_bytes`. `private_hosts` are names of registers
    on our own network: any other name must have a public address.
    """

    user_agent: str
    scratch: Path
    mirror: str | None = None
    private_hosts: frozenset[str] = frozenset()
    attempts: int = 4
    wait_s: float = 2.0
    longest_wait_s: float = 120.0
    pause_s: float = 0.5
    silence_s: float = 60.0
    pull_s: float = 6 * 3600.0
    unfinished_s: float = 24 * 3600.0
    largest_bytes: int = 4 << 30
    most_pages: int = 50_000
    packed_ratio: int = 200
    packed_bytes: int = 16 << 20


@dataclass(frozen=True, slots=True)
class ArchiveLimits:
    """What an archive may hold: members, bytes of them all, and how many times its own size, once they are
    more than `small_bytes`."""

    members: int = 10_000
    unpacked_bytes: int = 8 << 30
    ratio: int = 200
    small_bytes: int = 64 << 20
