"""No parser is forgotten: what reads a format is reached by a target of `fuzz`, or reads what we wrote."""

import ast
from pathlib import Path

from fuzz.targets import TARGETS

PACKAGE = Path(__file__).resolve().parents[2] / "include" / "heritage"
PARSES = {
    *("json.load", "json.loads", "yaml.load", "yaml.safe_load", "csv.reader", "csv.DictReader"),
    *("etree.fromstring", "etree.iterparse", "zipfile.ZipFile", "tarfile.open", "gzip.open", "bz2.open"),
    *("struct.unpack", "struct.unpack_from", "pq.read_table", "pq.ParquetFile", "shapely.from_wkt"),
    *("shapely.from_wkb", "shapely.from_geojson", "pyogrio.raw.open_arrow", "pyogrio.list_layers"),
    *("parsedate_to_datetime", "parse_qs", "parse_qsl", "mwparserfromhell.parse", "read_model", "read_yaml"),
    *("CalamineWorkbook.from_filelike", "response.json", "answer.json"),
}
FUZZED = {
    "adapters/alert_book.py": "kept_alerts",
    "adapters/backup/chest.py": "backup_manifest",
    "adapters/captures.py": "kept_captures",
    "adapters/exports/published.py": "published_package",
    "adapters/files.py": "kept_table",
    "adapters/harvest/address.py": "address",
    "adapters/harvest/answer.py": "pull_rest",
    "adapters/harvest/archive.py": "read_archive",
    "adapters/harvest/detect.py": "detect",
    "adapters/harvest/formats/csv_rows.py": "read_csv",
    "adapters/harvest/formats/elements.py": "read_ksamsok",
    "adapters/harvest/formats/excel.py": "members_excel",
    "adapters/harvest/formats/gdal.py": "members_shapefile",
    "adapters/harvest/formats/geojson.py": "read_geojson",
    "adapters/harvest/formats/markup.py": "read_xml",
    "adapters/harvest/formats/oai_answer.py": "read_oaipmh",
    "adapters/harvest/formats/sheet_size.py": "members_excel",
    "adapters/harvest/formats/wikitext.py": "read_wikipedia",
    "adapters/harvest/made_up.py": "new_source",
    "adapters/harvest/partial.py": "head_answers",
    "adapters/harvest/protocols/opendatasoft.py": "pull_opendatasoft",
    "adapters/harvest/protocols/pages.py": "pull_rest",
    "adapters/harvest/samples.py": "new_source",
    "adapters/harvest/session.py": "pull_rest",
    "adapters/http_dates.py": "head_waits",
    "adapters/known_answers.py": "known_answers",
    "adapters/labelled.py": "labelled_tables",
    "adapters/reconcile_settings.py": "reconcile_settings",
    "adapters/suites.py": "expectations",
    "adapters/vocabularies.py": "yaml_rules",
    "adapters/wiki_moods.py": "kept_moods",
    "adapters/wikibase/answers.py": "wiki_write_answer",
    "adapters/wikibase/past.py": "wiki_past",
    "adapters/wikidata/dump.py": "dump",
    "adapters/wikidata/dump_tree.py": "dump",
    "adapters/wikidata/pageviews.py": "readers",
    "adapters/wikidata/parts.py": "index_service",
    "adapters/world.py": "yaml_dates",
    "cli/decisions.py": "published_log",
    "cli/schedule.py": "capacity",
    "mapping/coordinates.py": "cell_coordinates",
    "media/stripping.py": "image",
    "risk/text.py": "cell_names",
    "spec/campaigns.py": "yaml_campaign",
    "spec/columns.py": "yaml_rules",
    "spec/constraints.py": "yaml_rules",
    "spec/health_rules.py": "yaml_rules",
    "spec/index_rules.py": "yaml_index",
    "spec/loader.py": "yaml_dataset",
    "spec/lookups.py": "lookup_table",
    "spec/properties.py": "yaml_rules",
    "spec/revisits.py": "yaml_rules",
    "spec/target.py": "yaml_target",
    "spec/thresholds.py": "yaml_thresholds",
    "spec/wlm.py": "yaml_rules",
    "spec/yaml_model.py": "yaml_rules",
    "spec/yaml_text.py": "yaml_text",
    "web/recon/asking.py": "recon_body",
    "wiring/ethics.py": "yaml_rules",
    "wiring/helpdesk.py": "yaml_rules",
    "wiring/lookups.py": "lookup_table",
    "wiring/reviews.py": "yaml_reviews",
    "wiring/schedule.py": "yaml_rules",
    "wiring/terms.py": "yaml_governance",
    "wiring/weights.py": "yaml_rules",
    "wiring/wiki_account.py": "wiki_account",
}
"""By module the target that reaches it, or that reads the same file as it."""
OURS = {
    "adapters/commons/sending.py": "answers to uploads: tests/faults/test_media_once.py",
    "adapters/exports/edm.py": "writes archives",
    "adapters/harvest/shapefile_parts.py": "the list of an archive whose reader has gone over it",
    "adapters/outlines.py": "what shapely wrote",
    "adapters/reports/letters.py": "the fonts of the package",
    "adapters/reports/risk_words.py": "words of the package",
    "adapters/reports/words.py": "words of the package",
    "adapters/reports/world_map.py": "outlines of the package",
    "adapters/wikibase/sending.py": "answers that `adapters/wikibase/answers.py` has refused before",
    "adapters/wikidata/index.py": "the foot of an index that we made",
    "cli/packed.py": "writes archives",
    "statements/selection.py": "contents that we wrote",
    "steps/exposure.py": "shapes that the reader of layers wrote",
    "steps/layer_rows.py": "shapes that the reader of layers wrote",
    "steps/media_courier.py": "what we noted in the journal",
    "web/priorities/world.py": "outlines of the package",
    "wiring/review_terms.py": "a table that `spec/lookups.py` has read before",
    "wiring/sources.py": "expected.jsonl, which a command of ours writes",
}
"""Modules that read nothing from outside, and why."""
DATABASE = "adapters/database/"
"""Rows of ours."""


def parsers() -> set[str]:
    found = set()
    for path in PACKAGE.rglob("*.py"):
        calls = (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call))
        if not PARSES.isdisjoint(ast.unparse(call.func) for call in calls):
            found.add(path.relative_to(PACKAGE).as_posix())
    return {name for name in found if not name.startswith(DATABASE)}


def test_whatever_reads_a_format_is_fuzzed_or_is_ours() -> None:
    assert parsers() == FUZZED.keys() | OURS.keys()
    assert set(FUZZED.values()) <= TARGETS.keys()
