"""Countries and their outlines, and the words of dates, from the bundled vocabularies."""

from pathlib import Path

import geopandas

from heritage.mapping import Country, World
from heritage.mapping.date_words import DateWords
from heritage.model.digest import digest_bytes
from heritage.spec.yaml_model import read_model


def load_world(vocabularies: Path) -> World:
    """The countries of `natural_earth/borders.parquet` and the words of `dates.yaml`; takes about a tenth of
    a second. Raises SpecError naming the file and the key when the words are wrong."""
    path = vocabularies / "natural_earth" / "borders.parquet"
    words = vocabularies / "dates.yaml"
    table = geopandas.read_parquet(path)
    columns = (table["qid"], table["iso2"], table["iso3"], table["names"], table.geometry)
    countries = [
        Country(qid, iso2, iso3, tuple(names), outline)
        for qid, iso2, iso3, names, outline in zip(*columns, strict=True)
    ]
    version = digest_bytes(path.read_bytes(), words.read_bytes())[:16]
    return World(countries, read_model(words, DateWords), version)
