"""Distances that are short beside the Earth."""

import numpy as np

_EARTH_M = 6_371_000.0


def metres_between(lat: np.ndarray, lon: np.ndarray, lat0: np.ndarray, lon0: np.ndarray) -> np.ndarray:
    """Between points of two lists, in metres; degrees in, exact to a thousandth for some kilometres."""
    lat, lon, lat0, lon0 = np.radians([lat, lon, lat0, lon0])
    metres: np.ndarray = _EARTH_M * np.hypot(lat - lat0, (lon - lon0) * np.cos(lat))
    return metres


def pairs_within(lat: np.ndarray, lon: np.ndarray, metres: float) -> np.ndarray:
    """Pairs of positions, two columns, of points at most so far from each other; no NaN may be among them."""
    from scipy.spatial import cKDTree

    phi, theta = np.radians(lat), np.radians(lon)
    sphere = np.column_stack([np.cos(phi) * np.cos(theta), np.cos(phi) * np.sin(theta), np.sin(phi)])
    tree = cKDTree(sphere, balanced_tree=False)
    found: np.ndarray = tree.query_pairs(metres / _EARTH_M, output_type="ndarray")
    return found
