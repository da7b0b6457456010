"""What a file is, by its first bytes: what a server or a name says of it is not believed."""

EXTENSIONS = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/tiff": "tif",
    "image/webp": "webp",
    "image/gif": "gif",
}
"""Kinds of images that Commons takes and that we send, with the extension of their names."""


def kind_of(head: bytes) -> str | None:
    """The media type, None for what is no image of a known kind: a page, say, that tells of an error.

    >>> kind_of(b"\\xff\\xd8\\xff\\xe0\\x00\\x10JFIF"), kind_of(b"<!DOCTYPE html>")
    ('image/jpeg', None)
    """
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head.startswith((b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+")):
        return "image/tiff"
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "image/webp"
    if head.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    return None
