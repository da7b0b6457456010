"""The mark of each level: shape and colour say the same, and a word stands beside them."""

from heritage.model.evidence import Level

LEVEL_SHAPES = {
    Level.LOST: "M2.5 2.5h19v19h-19z",
    Level.CRITICAL: "M12 .5 23.5 12 12 23.5 .5 12z",
    Level.AT_RISK: "M12 1 23.5 22.5H.5z",
    Level.VULNERABLE: "M12 .8 23.4 9.2 19 22.6H5L.6 9.2z",
    Level.WATCH: "M1.5 12a10.5 10.5 0 1 0 21 0a10.5 10.5 0 1 0-21 0z",
    Level.NONE_KNOWN: "M2.5 12a9.5 9.5 0 1 0 19 0a9.5 9.5 0 1 0-19 0z",
    Level.UNKNOWN: "M2.5 12a9.5 9.5 0 1 0 19 0a9.5 9.5 0 1 0-19 0z",
}
"""SVG paths in a square of 24 units, the worst level first."""
