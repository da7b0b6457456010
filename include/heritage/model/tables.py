"""Arrow schemas of the tables that steps hand to each other, one file each in a snapshot's folder."""

from typing import Any

import pyarrow as pa


def _schema(fields: list[Any]) -> pa.Schema:
    return pa.schema(fields)  # fields of many types: the stubs know lists of one type only


TEXT = pa.struct([pa.field("lang", pa.string()), pa.field("text", pa.string())])
"""A text with its language (BCP 47), in its own script."""
POINT = pa.struct([pa.field("lat", pa.float64()), pa.field("lon", pa.float64())])
"""Degrees, EPSG:4326."""
IDENTIFIER = pa.struct([pa.field("property", pa.string()), pa.field("value", pa.string())])

ITEM_POINT = pa.struct([*POINT, pa.field("precision_m", pa.float64())])
"""The same with the radius in metres that the item states; null where it states none."""

IMAGE = pa.struct(
    [
        pa.field("file", pa.string()),
        pa.field("licence", pa.string()),
        pa.field("author", pa.string()),
        pa.field("date", pa.string()),  # EDTF, when it was made
    ]
)
"""Address or file name as the register gives it, with its licence where that is stated."""

RECORDS = _schema(
    [
        pa.field("dataset", pa.string(), nullable=False),
        pa.field("record_id", pa.string(), nullable=False),  # the register's own id, to the letter
        pa.field("kind", pa.string(), nullable=False),  # monument | site | natural | glam | at_risk
        pa.field("name", pa.string()),  # the first name; all names stand in `names`
        pa.field("lang", pa.string()),
        pa.field("names", pa.list_(TEXT)),
        pa.field("type", pa.string()),  # the register's own term
        pa.field("class_item", pa.string()),  # the item for P31 that the description maps the term to
        pa.field("designation", pa.string()),
        pa.field("designation_item", pa.string()),
        pa.field("municipality", pa.string()),
        pa.field("admin_item", pa.string()),
        pa.field("country", pa.string()),  # item; null when the register gives none for the row
        pa.field("address", pa.string()),
        pa.field("inception", pa.string()),  # EDTF (ISO 8601-2): 1890, 189X, 1890-05~, ../1850
        pa.field("designated", pa.string()),  # EDTF, the day of protection
        pa.field("lat", pa.float64()),
        pa.field("lon", pa.float64()),
        pa.field("precision_m", pa.float64()),  # radius in metres
        pa.field("place_method", pa.string()),  # mapping.places.Method, or geocoded
        pa.field("url", pa.string()),  # the register's own entry
        pa.field("image", IMAGE),
        pa.field("links", pa.list_(pa.string())),
        pa.field("restriction", pa.string()),  # the source's own word that the place is not public
        pa.field("file", pa.string()),
        pa.field("row", pa.int32()),  # data row in `file`, from 1
        pa.field("source_row", pa.string()),  # JSON of the register's row, personal columns left out
    ]
)

TO_RECONCILE = (
    "record_id",
    "name",
    "names",
    "lang",
    "type",
    "class_item",
    "municipality",
    "admin_item",
    "country",
    "lat",
    "lon",
    "precision_m",
)
"""Columns of RECORDS that are compared with items: whoever reconciles loads no others."""

REJECTED = _schema(
    [
        pa.field("dataset", pa.string(), nullable=False),
        pa.field("record_id", pa.string()),
        pa.field("file", pa.string()),
        pa.field("row", pa.int32()),
        pa.field("code", pa.string(), nullable=False),
        pa.field("field", pa.string()),
        pa.field("value", pa.string()),
        pa.field("reason", pa.string(), nullable=False),
        pa.field("source_row", pa.string()),
    ]
)

TERMS = _schema(
    [
        pa.field("key", pa.string(), nullable=False),  # where the description maps it: classes, admin, …
        pa.field("column", pa.string(), nullable=False),
        pa.field("term", pa.string(), nullable=False),
        pa.field("item", pa.string()),  # null: nobody has mapped the term yet
        pa.field("records", pa.int64(), nullable=False),
    ]
)

COLUMNS = _schema(
    [
        pa.field("column", pa.string(), nullable=False),
        pa.field("filled", pa.float64(), nullable=False),  # share of rows that say something
        pa.field("numbers", pa.float64(), nullable=False),  # share of those that are plain numbers
        pa.field("contacts", pa.float64(), nullable=False),  # share of those with an e-mail or a phone
    ]
)
"""What the register's own columns look like, so that a change of its layout is seen early."""

CHANGES = _schema(
    [
        pa.field("record_id", pa.string(), nullable=False),
        pa.field("change", pa.string(), nullable=False),  # added | changed | moved | removed
        pa.field("field", pa.string()),  # null for added and removed, "point" for moved
        pa.field("before", pa.string()),
        pa.field("after", pa.string()),
        pa.field("metres", pa.float64()),  # how far it moved, beyond both precisions; null for the others
    ]
)

RISK = _schema(
    [
        pa.field("record_id", pa.string(), nullable=False),
        pa.field("level", pa.string(), nullable=False),  # model.evidence.Level
        pa.field("confidence", pa.string()),  # high | medium | low, null without live evidence
        pa.field("support", pa.float64()),  # 0..1
        pa.field("flags", pa.list_(pa.string())),
        pa.field("explanation", pa.string(), nullable=False),  # one sentence with source and date
        pa.field("next_expiry", pa.date32()),
        pa.field("last_level", pa.string()),  # the level before all evidence expired; null unless stale
        pa.field("disclosure", pa.string(), nullable=False),  # S0..S5, domain details part b
        pa.field("disclosure_rules", pa.list_(pa.string())),
        pa.field("disclosure_reason", pa.string(), nullable=False),
        pa.field("review_by", pa.date32()),
        pa.field("area_degrees", pa.float64()),  # least extent that its municipality is known to have
        pa.field("disclosure_basis", pa.string()),  # digest of the rules that the ruling was made by
    ]
)

PROTECTED = _schema(
    [
        pa.field("dataset", pa.string(), nullable=False),
        pa.field("record_id", pa.string(), nullable=False),
        pa.field("property", pa.string()),  # whose value the record id is on Wikidata
        pa.field("names", pa.list_(pa.string())),
        pa.field("municipality", pa.string()),
        pa.field("lat", pa.float64()),
        pa.field("lon", pa.float64()),
        pa.field("precision_m", pa.float64()),
        pa.field("disclosure", pa.string(), nullable=False),  # by its own rules, not by its neighbours'
    ]
)
"""What no record of any register may reveal; never leaves the house."""

EVIDENCE = _schema(
    [
        pa.field("evidence_id", pa.string(), nullable=False),
        pa.field("property", pa.string()),  # whose ids `record_id` holds: P1216, item; null: the dataset's
        pa.field("record_id", pa.string(), nullable=False),
        pa.field("axis", pa.string(), nullable=False),
        pa.field("scheme", pa.string(), nullable=False),
        pa.field("scheme_version", pa.int32(), nullable=False),
        pa.field("raw_value", pa.string(), nullable=False),  # verbatim
        pa.field("meaning", pa.string(), nullable=False),
        pa.field("level", pa.int8(), nullable=False),
        pa.field("reliability", pa.string(), nullable=False),
        pa.field("credibility", pa.int8(), nullable=False),
        pa.field("cap", pa.int8(), nullable=False),
        pa.field("causes", pa.list_(pa.string())),
        pa.field("observed", pa.date32(), nullable=False),
        pa.field("published", pa.date32()),
        pa.field("retrieved", pa.date32()),
        pa.field("valid_until", pa.date32(), nullable=False),  # the first day on which it counts no more
        pa.field("source", pa.string(), nullable=False),
        pa.field("url", pa.string(), nullable=False),
        pa.field("register", pa.string(), nullable=False),
        pa.field("snapshot", pa.string(), nullable=False),
        pa.field("licence", pa.string(), nullable=False),
        pa.field("independence_group", pa.string(), nullable=False),
        pa.field("relation", pa.string(), nullable=False),
        pa.field("entry", pa.string()),  # the source's id of what it speaks of, if not the record itself
        pa.field("distance_m", pa.float64()),
        pa.field("uncertainty_m", pa.float64()),
        pa.field("assessor", pa.string(), nullable=False),
        pa.field("status", pa.string(), nullable=False),
        pa.field("close_reason", pa.string(), nullable=False),
    ]
)
"""What sources say: of a register's own records, or of whatever other registers name by `property`."""

FEATURES = _schema(
    [
        pa.field("feature_id", pa.string(), nullable=False),
        pa.field("geometry", pa.binary(), nullable=False),  # WKB, EPSG:4326, valid, cut at 180 degrees
        pa.field("value", pa.string(), nullable=False),  # verbatim, for the layer's scheme
        pa.field("observed", pa.date32(), nullable=False),
        pa.field("uncertainty_m", pa.float64(), nullable=False),  # of the area's own edge or point
        pa.field("url", pa.string()),
    ]
)
"""The areas and points of a layer, sorted by id."""

HISTORY = _schema(
    [
        pa.field("record_id", pa.string(), nullable=False),
        pa.field("day", pa.date32(), nullable=False),
        pa.field("before", pa.string()),  # level; null: the record was not there
        pa.field("after", pa.string(), nullable=False),
        pa.field("explanation", pa.string(), nullable=False),
    ]
)
"""Every change of a record's level since it was first flagged, oldest first."""

TASKS = _schema(
    [
        pa.field("task_id", pa.string(), nullable=False),  # the same question keeps its id
        pa.field("record_id", pa.string(), nullable=False),
        pa.field("kind", pa.string(), nullable=False),  # model.task.TaskKind
        pa.field("question", pa.string(), nullable=False),  # for a person, in a sentence
        pa.field("since", pa.date32(), nullable=False),
    ]
)
"""What a person has to find out about a record: why was it taken off a list, is it lost, may it be shown?"""

CONSERVATION = pa.struct(
    [
        pa.field("value", pa.string()),
        pa.field("referenced", pa.bool_()),  # by more than the wiki that it was imported from
        pa.field("observed", pa.string()),  # ISO day: point in time, or else retrieved; null: undated
    ]
)
"""A state of conservation that an item states."""

ITEMS = _schema(
    [
        pa.field("qid", pa.string(), nullable=False),
        pa.field("labels", pa.list_(TEXT)),  # every language
        pa.field("aliases", pa.list_(TEXT)),  # every language
        pa.field("descriptions", pa.list_(TEXT)),
        pa.field("points", pa.list_(ITEM_POINT)),
        pa.field("classes", pa.list_(pa.string())),  # P31
        pa.field("superclasses", pa.list_(pa.string())),  # every class above `classes`, the nearest first
        pa.field("subclass_of", pa.list_(pa.string())),  # P279, of items that are classes themselves
        pa.field("admin", pa.list_(pa.string())),  # P131
        pa.field("admin_chain", pa.list_(pa.string())),  # every area that `admin` lies in, the nearest first
        pa.field("country", pa.string()),  # P17
        pa.field("designations", pa.list_(pa.string())),  # P1435
        pa.field("conservation", pa.list_(CONSERVATION)),  # P5816
        pa.field("identifiers", pa.list_(IDENTIFIER)),
        pa.field("parts_of", pa.list_(pa.string())),  # P361
        pa.field("inception", pa.list_(pa.string())),  # P571 as EDTF, like the inception of records
        pa.field("sitelinks", pa.list_(pa.string())),
        pa.field("image", pa.string()),  # P18
        pa.field("revision", pa.int64()),  # null where the source does not tell it
        pa.field("context", pa.bool_()),  # true: here only because items name it as their class or area
    ]
)
"""The local index of items. Only `context` items are no candidates: they give names to classes and areas."""

RECONCILED = (
    "qid",
    "labels",
    "aliases",
    "descriptions",
    "points",
    "classes",
    "superclasses",
    "admin",
    "country",
    "identifiers",
    "context",
)
"""Columns of ITEMS that records are compared with: whoever reconciles loads no others."""

FEATURE = pa.struct([pa.field("name", pa.string()), pa.field("value", pa.float64())])
CANDIDATE = pa.struct(
    [
        pa.field("qid", pa.string()),
        pa.field("label", pa.string()),
        pa.field("probability", pa.float64()),
        pa.field("distance_m", pa.float64()),
        pa.field("features", pa.list_(FEATURE)),
        pa.field("reason", pa.string()),
    ]
)

MATCHES = _schema(
    [
        pa.field("record_id", pa.string(), nullable=False),
        pa.field("decision", pa.string(), nullable=False),  # match | review | new
        pa.field("qid", pa.string()),  # only for match
        pa.field("probability", pa.float64()),  # of the best candidate, null without any
        pa.field("reason", pa.string(), nullable=False),  # one sentence for a person
        pa.field("candidates", pa.list_(CANDIDATE)),  # best first, at most 5
    ]
)

MEDIA = _schema(
    [
        pa.field("edit_id", pa.string(), nullable=False),  # digest of all that is told with the file
        pa.field("dataset", pa.string(), nullable=False),
        pa.field("snapshot", pa.string(), nullable=False),
        pa.field("record_id", pa.string(), nullable=False),
        pa.field("qid", pa.string(), nullable=False),
        pa.field("level", pa.string(), nullable=False),  # risk level of the record
        pa.field("source", pa.string(), nullable=False),  # address of the image, for fetching it
        pa.field("title", pa.string(), nullable=False),  # of the file, without its extension
        pa.field("licence", pa.string(), nullable=False),  # of the image, as the register writes it
        pa.field("content", pa.string(), nullable=False),  # JSON of model.media.FileContent
        pa.field("strip", pa.bool_(), nullable=False),  # nothing but pixels may leave
    ]
)
"""Images that may go to Commons: one row a file."""

EDITS = _schema(
    [
        pa.field("edit_id", pa.string(), nullable=False),  # digest of record, item and content without dates
        pa.field("dataset", pa.string(), nullable=False),
        pa.field("snapshot", pa.string(), nullable=False),
        pa.field("record_id", pa.string(), nullable=False),
        pa.field("name", pa.string()),  # for people reading the rehearsal
        pa.field("qid", pa.string()),  # null: a new item
        pa.field("level", pa.string(), nullable=False),  # risk level of the record
        pa.field("kinds", pa.list_(pa.string())),  # kinds of information inside, model.edit.Kind
        pa.field(
            "content", pa.string(), nullable=False
        ),  # JSON of model.edit.Content: all that the record says
        pa.field("additions", pa.string(), nullable=False),  # the same, less what the live item had already
        pa.field("withheld", pa.list_(pa.string())),  # what disclosure kept back, in words
        pa.field("conflicts", pa.list_(pa.string())),  # what the item says otherwise: reported, not edited
        pa.field("region", pa.string()),  # item of the administrative area, where that may be told
    ]
)

FINDINGS = _schema(
    [
        pa.field("record_id", pa.string()),  # null: it is about the snapshot as a whole
        pa.field("qid", pa.string()),  # null: a new item, or none
        pa.field("code", pa.string(), nullable=False),  # model.finding_code.FindingCode
        pa.field("severity", pa.string(), nullable=False),  # model.finding.Severity
        pa.field("property", pa.string()),  # null: names, or the item as a whole
        pa.field("text", pa.string(), nullable=False),  # one sentence for a person
    ]
)
"""What people on the wiki would object to in the edits; those with a critical one are not proposed."""
