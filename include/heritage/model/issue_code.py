"""The catalogue of what can be wrong with a register, a row or a field."""

from enum import StrEnum


class IssueCode(StrEnum):
    """Every code, with what it means and what to do (the page of codes is generated from this)."""

    meaning: str
    remedy: str

    def __new__(cls, value: str, meaning: str, remedy: str) -> "IssueCode":
        member = str.__new__(cls, value)
        member._value_ = value
        member.meaning = meaning
        member.remedy = remedy
        return member

    FILE_EMPTY = (
        "file-empty",
        "The file has no rows.",
        "Look at the register's page; it may have moved.",
    )
    FILE_NOT_TABLE = (
        "file-not-table",
        "The file is not in the format that the description names (HTML is a usual case).",
        "Open the address in a browser; a login or an error page may stand there.",
    )
    FILE_TRUNCATED = (
        "file-truncated",
        "The file ends in the middle of a row or is shorter than the server announced.",
        "Pull again; if it stays so, tell the publisher.",
    )
    ROW_RAGGED = (
        "row-ragged",
        "The row has more or fewer cells than the header has columns.",
        "Look at the row in the capture: a delimiter or a quote is missing or one too many.",
    )
    ENCODING_WRONG = (
        "encoding-wrong",
        "The bytes are not text in the encoding that the description names.",
        "Set harvest.encoding to the encoding the publisher uses.",
    )
    TEXT_BROKEN = (
        "text-broken",
        "A cell holds what is no character: NUL, or one half of a pair (as \\ud800 in JSON).",
        "Tell the publisher; the row in the capture has it as it came.",
    )
    ARCHIVE_BOMB = (
        "archive-bomb",
        "The file unpacks to more than the limits allow.",
        "Look at it; if the register really is so large, raise the limit.",
    )
    CRS_DIFFERS = (
        "crs-differs",
        "The coordinates are in another CRS than the description says.",
        "Set record.point.crs to the CRS that the source names.",
    )
    COLUMN_MISSING = (
        "column-missing",
        "A column that the description maps is not in the file.",
        "The register renamed or dropped it: change the description.",
    )
    COLUMN_UNKNOWN = (
        "column-unknown",
        "A column is neither mapped nor ignored.",
        "Map it, or list it under ignore.",
    )
    COLUMN_PERSONAL = (
        "column-personal",
        "A column that is not listed under personal looks as if it told of living people.",
        "List it there, so that it never leaves the capture; a class of owners, as state or church, may be "
        "mapped.",
    )
    COLUMN_APPEARED = (
        "column-appeared",
        "A column is there that the last good snapshot did not have.",
        "Look at what it holds; it may be worth mapping, or personal.",
    )
    COLUMN_VANISHED = (
        "column-vanished",
        "A column of the last good snapshot is gone.",
        "Look whether the register renamed it, and drop it from the description.",
    )
    COLUMN_CHANGED = (
        "column-changed",
        "A column is filled otherwise than in the last good snapshot.",
        "Look at the capture: the publisher may have changed what the column means.",
    )
    ID_MISSING = (
        "id-missing",
        "The row has no id.",
        "Tell the publisher; it waits for one.",
    )
    ID_DUPLICATE = (
        "id-duplicate",
        "Several rows carry this id, so none of them can be trusted to be the record.",
        "Tell the publisher, or take another column for the id.",
    )
    ID_NOT_TEXT = (
        "id-not-text",
        "The ids end in .0: on their way they were numbers, and leading zeros may be lost.",
        "Take the id from another export or column; an id must come to the letter.",
    )
    NAME_MISSING = "name-missing", "The row has no name.", "Map another column to name."
    NAME_MARKUP = (
        "name-markup",
        "The name holds HTML, which is no part of a name.",
        "Tell the publisher; a label made from this name needs a person's eye.",
    )
    POINT_UNREADABLE = (
        "point-unreadable",
        "The coordinates are not numbers in the notation that the description names.",
        "Correct record.point (of a layer: layer.point), or tell the publisher.",
    )
    SHAPE_INVALID = (
        "shape-invalid",
        "The outline crosses itself or is broken in another way; the point is one of what can be made of it.",
        "Look where the point lies; tell the publisher.",
    )
    POINT_ZERO = (
        "point-zero",
        "The coordinates are (0, 0): an empty field, not a place.",
        "The record is kept without a point; ask the publisher for one.",
    )
    POINT_IMPOSSIBLE = (
        "point-impossible",
        "Latitude or longitude lies outside the globe.",
        "Check the CRS and the order of the columns.",
    )
    POINT_SWAPPED = (
        "point-swapped",
        "The place is in the country only if latitude and longitude change places.",
        "Confirm the swap with the publisher; it is proposed, never made silently.",
    )
    POINT_OUTSIDE = (
        "point-outside",
        "The place is more than 5 km outside the country.",
        "Check the coordinates with the publisher.",
    )
    POINT_ABROAD = (
        "point-abroad",
        "The place lies in another country, near the border, by more than its precision.",
        "It is not sent, and no new item is proposed without a person: check the coordinates.",
    )
    POINT_COARSE = (
        "point-coarse",
        "The coordinates are cut to whole degrees: not the site's place.",
        "Ask the publisher for the full figures.",
    )
    POINT_SHARED = (
        "point-shared",
        "Many records share this point: it is likely an area's centre, not the site's place.",
        "The point is kept with a wide precision; ask the publisher.",
    )
    POINTS_MOVED = (
        "points-moved",
        "Many points differ from those of the last good snapshot.",
        "Check the CRS of the register: it may have changed.",
    )
    URL_UNUSABLE = (
        "url-unusable",
        "The address of the entry is not an http(s) address.",
        "Map another column to url, or give a url_template.",
    )
    LINK_UNUSABLE = (
        "link-unusable",
        "Links are not http(s) addresses, and are left out.",
        "Tell the publisher; a link needs its http:// or https://.",
    )
    DATE_UNREADABLE = (
        "date-unreadable",
        "A date is written in a way that is unknown, or that can be read in two ways.",
        "Set the order of its figures in the description (date: dmy), or tell the publisher.",
    )
    DATE_CALENDAR = (
        "date-calendar",
        "A date is in another calendar than the Gregorian one; it is kept in the row and not converted.",
        "Ask the publisher for the Gregorian date.",
    )
    ROW_NOT_SELECTED = (
        "row-not-selected",
        "Rows with this value are not among those that the description takes (record.only).",
        "Add the value to record.only if its rows are wanted.",
    )
    ROW_REPEATED = (
        "row-repeated",
        "Rows carry the id of an earlier row, and the description takes the first (record.same_id).",
        "Look at the rows in the capture if they say different things.",
    )
    TERM_UNMAPPED = (
        "term-unmapped",
        "A term of the register has no item yet.",
        "Add it to the lookup of the description.",
    )
    RISK_UNMAPPED = (
        "risk-unmapped",
        "A value of a risk scheme is unknown to us; it is never guessed.",
        "Add each to the file of datasets/_vocabularies/risk that is named with it: a scheme, or causes.",
    )
    DISCLOSURE_RULE_ALL = (
        "disclosure-rule-all",
        "A rule of disclosure applies to every record.",
        "Look whether that is so: a word or a class may say something else in this register.",
    )
    DISCLOSURE_RULE_NONE = (
        "disclosure-rule-none",
        "A rule of disclosure that has something to look at here applies to no record.",
        "Look at what the column says: a word may be missing in datasets/_vocabularies/disclosure.yaml.",
    )
    RISK_UNDATED = (
        "risk-undated",
        "Evidence of risk has no date that can be read, although the description names a column for it.",
        "It is not used. Tell the publisher, or correct `observed`: {column: …, date: dmy} where figures are "
        "day, month, year.",
    )
    RISK_FUTURE = (
        "risk-future",
        "Evidence of risk is dated later than the pull.",
        "It is not used. Look at the order of day and month in `observed`, or tell the publisher.",
    )
    RISK_SILENT = (
        "risk-silent",
        "No row says anything in a column that the description reads for evidence of risk.",
        "Look at the words under `when` and at the column: a register may have renamed them.",
    )
    RISK_UNNAMED = (
        "risk-unnamed",
        "Rows of an at-risk register say something and name nobody of whom it is true.",
        "Look at subjects: another column may name them, or an extract leaves out what it holds.",
    )
    RISK_VANISHED = (
        "risk-vanished",
        "Evidence of risk that the last good snapshot had is gone without a word.",
        "Look whether the register is whole. Used as it is, the evidence is closed and every record gets a "
        "task.",
    )
    SHAPE_MISSING = (
        "shape-missing",
        "The feature of a layer has no shape, or an empty one.",
        "Tell the publisher; without a shape it is near nothing.",
    )
    SHAPE_OUTSIDE = (
        "shape-outside",
        "The feature of a layer lies outside the world, or of the map that its CRS is for.",
        "Its coordinates are of another CRS than is said (no degrees, or degrees), or their order is wrong: "
        "set layer.point.crs to the layer's CRS.",
    )
    SHAPE_MENDED = (
        "shape-mended",
        "Features of a layer had shapes that cross themselves, and were mended.",
        "Tell the publisher; look at the shapes where it matters.",
    )
    SHAPE_CUT = (
        "shape-cut",
        "Features of a layer crossed 180 degrees, and were cut there.",
        "Nothing; an edge longer than half the map is taken for one that crosses it.",
    )
    VALUE_MISSING = (
        "value-missing",
        "The feature of a layer has no word for what it is, or how precise, in the column that says so.",
        "Tell the publisher, or correct layer.value and layer.precision.",
    )
    ROWS_OUT_OF_BAND = (
        "rows-out-of-band",
        "The snapshot has fewer or more records than the description allows.",
        "Look at the capture; move the bounds only with a reason.",
    )
    FILL_TOO_LOW = (
        "fill-too-low",
        "A field is filled less often than the description demands.",
        "Look at the capture: a column may have been renamed or emptied.",
    )
    TOO_MANY_REJECTED = (
        "too-many-rejected",
        "More rows were rejected than a trusted snapshot may have.",
        "Look at rejected.parquet: one fault usually explains most of them.",
    )
    EXPECTATION_FAILED = (
        "expectation-failed",
        "An expectation of the suite did not hold.",
        "Open the Data Docs of the snapshot.",
    )
    EXPECTATION_LEFT_OUT = (
        "expectation-left-out",
        "An expectation could not be applied, because what it compares with is not known.",
        "For an identifier, add the format and its source to datasets/_vocabularies/properties.yaml.",
    )
    SOURCE_UNVERIFIED = (
        "source-unverified",
        "Nobody could confirm from public material that the description fits the source.",
        "Look at the records and the page of the checks; approve once if they are the register's, then take "
        "`unverified` out of the description.",
    )
    FILL_DROPPED = (
        "fill-dropped",
        "A field is filled much less often than in the last good snapshot.",
        "Look at the capture: a column may have been emptied.",
    )
    RECORDS_VANISHED = (
        "records-vanished",
        "Records of the last good snapshot are gone.",
        "Ask the publisher whether they were delisted; nothing is removed on Wikidata.",
    )
