"""R12: whose exact place stands on Wikidata already."""

import numpy as np
import pandas as pd
import pyarrow as pa

from heritage.disclosure.near import metres
from heritage.disclosure.words import Flags
from heritage.model.arrow import pc


def shown_on_wikidata(records: pa.Table, items: pa.Table, identifier: str, radius_m: float) -> Flags:
    """Which records (record_id, lat, lon, precision_m) have an item with their id that shows their place.

    `items` has identifiers and points of ITEMS; nothing is asked of the wiki itself, where a query would
    tell what we look for.
    """
    identifiers = items["identifiers"].combine_chunks()
    said = pc.list_flatten(identifiers)
    wanted = pc.and_(
        pc.equal(pc.struct_field(said, "property"), identifier),
        pc.is_in(pc.struct_field(said, "value"), value_set=records["record_id"].combine_chunks()),
    )
    having = pc.list_parent_indices(identifiers).filter(wanted)
    points = items["points"].combine_chunks().take(having)
    places = pc.list_flatten(points)
    of = pc.list_parent_indices(points)
    values = pc.struct_field(said, "value").filter(wanted).take(of)
    shown = pd.DataFrame(
        {
            "record_id": values.to_pylist(),
            "there_lat": pc.struct_field(places, "lat").to_numpy(zero_copy_only=False),
            "there_lon": pc.struct_field(places, "lon").to_numpy(zero_copy_only=False),
        }
    )
    own = records.select(["record_id", "lat", "lon", "precision_m"]).to_pandas()
    both = own.assign(row=np.arange(len(own))).merge(shown, on="record_id")
    lat, lon, there_lat, there_lon, precision = (
        both[name].to_numpy(np.float64) for name in ("lat", "lon", "there_lat", "there_lon", "precision_m")
    )
    near = metres(lat, lon, there_lat, there_lon) <= radius_m + np.nan_to_num(precision)
    public = np.zeros(records.num_rows, dtype=bool)
    public[both["row"].to_numpy()[near]] = True
    return public
