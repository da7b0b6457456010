"""What answers to an upload mean beside errors that every write may meet."""

from collections.abc import Sequence

_STASH_GONE = {
    "filekeyneeded",
    "invalid-file-key",
    "stashedfilenotfound",
    "stashfailed",
    "stashfilestorage",
    "stashnosuchfilekey",
    "stashpathinvalid",
    "stashwrongowner",
    "stashzerolength",
}
_REFUSED = (
    "bad-prefix",
    "badfilename",
    "empty-file",
    "file-too-large",
    "fileexists-",
    "filename-",
    "filetype-",
    "hookaborted",
    "illegal-filename",
    "titleblacklist-",
    "uploaddisabled",
    "verification-error",
)


class StashGone(Exception):
    """The wiki does not keep what we sent before: all chunks have to come anew."""


class OtherOffset(Exception):
    """The wiki has another part of the file than we thought: `offset` bytes of it."""

    def __init__(self, offset: int) -> None:
        super().__init__(f"the wiki has {offset} bytes")
        self.offset = offset


def stash_gone(names: Sequence[str]) -> bool:
    """Whether codes of an error say that chunks which were sent are not there any more."""
    return bool(_STASH_GONE & set(names)) or any(name.startswith("uploadstash-") for name in names)


def refusal(names: Sequence[str]) -> str | None:
    """The code by which the wiki refuses this file for good."""
    return next((name for name in names if name.startswith(_REFUSED)), None)
