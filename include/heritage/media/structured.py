"""What a file says as structured data; Commons asks for source, creator and copyright status."""

import re
from collections.abc import Iterator

from heritage.media.shown import Shown
from heritage.model.edit import UNKNOWN, ItemValue, Snak, TextValue, TimeValue
from heritage.model.media import Claim
from heritage.spec.media import Media

DEPICTS, REPRESENTS = "P180", "P6243"
CREATOR, AUTHOR_NAME = "P170", "P2093"
LICENCE, STATUS = "P275", "P6216"
SOURCE, DESCRIBED_AT, FILE_AT, OPERATOR = "P7482", "P973", "P2699", "P137"
COLLECTION, INCEPTION = "P195", "P571"
ON_THE_INTERNET = "Q74228490"
"""File available on the internet."""

LONGEST_CAPTION = 250
LONGEST_TEXT = 400
_DAY = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")
_DECADE = re.compile(r"(\d{3})X")


def claims_of(shown: Shown, media: Media, operator: str | None) -> tuple[Claim, ...]:
    """The statements of a file. `operator` is the item of the publisher, if it has one."""
    return tuple(_claims(shown, media, operator))


def captions_of(shown: Shown) -> dict[str, str]:
    """The caption in its language, as long as one may be."""
    words = " ".join(shown.caption.split())
    return {shown.lang: words[:LONGEST_CAPTION].rstrip()} if words else {}


def _claims(shown: Shown, media: Media, operator: str | None) -> Iterator[Claim]:
    item = ItemValue(shown.qid)
    yield Claim(DEPICTS, item)
    if media.shows == "work":
        yield Claim(REPRESENTS, item)
    yield _creator(shown, media)
    if shown.date and (made := time_of(shown.date)):
        yield Claim(INCEPTION, made)
    yield Claim(STATUS, ItemValue(shown.mark.status))
    yield Claim(LICENCE, ItemValue(shown.mark.licence))
    yield Claim(SOURCE, ItemValue(ON_THE_INTERNET), tuple(_source(shown, media.operator or operator)))
    if media.institution_item:
        yield Claim(COLLECTION, ItemValue(media.institution_item))


def _creator(shown: Shown, media: Media) -> Claim:
    if shown.author and (known := media.creators.get(shown.author)):
        return Claim(CREATOR, ItemValue(known))
    words = " ".join((shown.author or "").split())[:LONGEST_TEXT].rstrip()
    return Claim(CREATOR, UNKNOWN, (Snak(AUTHOR_NAME, TextValue(words)),) if words else ())


def _source(shown: Shown, operator: str | None) -> Iterator[Snak]:
    for pid, url in ((DESCRIBED_AT, shown.page), (FILE_AT, shown.address)):
        if url and len(url) <= LONGEST_TEXT and not re.search(r"\s", url):
            yield Snak(pid, TextValue(url))
    if operator:
        yield Snak(OPERATOR, ItemValue(operator))


def time_of(edtf: str) -> TimeValue | None:
    """A day, month, year or decade; None for what Wikibase cannot say without a guess (ranges, about).

    >>> [made.time for made in map(time_of, ("1890", "1890-05", "189X")) if made], time_of("../1850")
    (['+1890-00-00T00:00:00Z', '+1890-05-00T00:00:00Z', '+1890-00-00T00:00:00Z'], None)
    """
    if decade := _DECADE.fullmatch(edtf):
        return TimeValue(f"+{decade[1]}0-00-00T00:00:00Z", 8)
    day = _DAY.fullmatch(edtf)
    if not day or day[1] == "0000":
        return None
    precision = 9 + (day[2] is not None) + (day[3] is not None)
    return TimeValue(f"+{day[1]}-{day[2] or '00'}-{day[3] or '00'}T00:00:00Z", precision)
