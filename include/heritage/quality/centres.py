"""Points that stand for a municipality and not for a site."""

import numpy as np
import pandas as pd

from heritage.model.codes import codes, times
from heritage.quality.plane import metres_between
from heritage.spec.thresholds import CentreRules

_TENTHS = 1_000_000  # of a metre in a degree: nearer points are one


def municipality_centres(
    lat: np.ndarray, lon: np.ndarray, municipality: pd.Series, rules: CentreRules
) -> np.ndarray:
    """True where a point is likely the centre of the municipality that its record names.

    That is a point which `shared` records of one municipality have; or which two have, near the middle of
    `least_points` other points; or which lies exactly on their mean. The middle is their mean or, for the
    medoid, their median: to look for the medoid itself is to compare all with all. Records without a point
    or a municipality are never one.
    """
    centre = np.zeros(len(lat), dtype=bool)
    told = ~np.isnan(lat) & municipality.notna().to_numpy()
    if not told.any():
        return centre
    y, x, towns = lat[told], lon[told], codes(municipality[told])
    tenths = (np.round(y * _TENTHS).astype(np.int64) << 32) + np.round(x * _TENTHS).astype(np.int64)
    place = codes(towns, tenths)
    sharing = times(place)
    once = pd.DataFrame({"y": y, "x": x})[~pd.Series(place).duplicated().to_numpy()]
    points = once.groupby(towns[once.index])
    many = points.size().to_numpy()[towns] >= rules.least_points
    means, medians = points.mean().to_numpy()[towns], points.median().to_numpy()[towns]
    from_mean = metres_between(y, x, means[:, 0], means[:, 1])
    near = np.where(sharing > 1, max(rules.near_m, rules.exact_m), rules.exact_m)
    middle = many & (from_mean <= near)
    two = np.flatnonzero((sharing > 1) & many & ~middle)  # few: most points are of one record
    middle[two] = metres_between(y[two], x[two], medians[two, 0], medians[two, 1]) <= rules.near_m
    centre[told] = (sharing >= rules.shared) | middle
    return centre
