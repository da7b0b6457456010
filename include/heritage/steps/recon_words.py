"""What the parts of a score are called, and what their figures mean."""

import math

FEATURES = {
    "spelling": "How alike the two names are spelled (0 to 1)",
    "words": "Words in common, rare ones weighing more (0 to 1)",
    "record_words": "Share of the given name's words found on the item (0 to 1)",
    "item_words": "Share of the item's words found in the given name (0 to 1)",
    "own_words": "The same of the given name without its municipality (0 to 1)",
    "record_words_lost": "Weight of the given words that the item lacks",
    "item_words_lost": "Weight of the item's words that were not given",
    "information": "How rare the words in common are",
    "words_differ": "Weight of the words that each side has and the other lacks",
    "own_words_lost": "Weight of the given words that the item lacks, the municipality not counted",
    "own_information": "How rare they are, the municipality not counted",
    "distinct_name": "Words in common, and how rare they are",
    "numbers": "Numbers in the names (1 agree, -1 differ)",
    "municipality": "Share of the municipality's name found on the item (0 to 1)",
    "other_municipality": "Weight of another municipality in the item's name",
    "distance": "Distance in metres (25 at least)",
    "distance_over_precision": "Distance over the precision of both places",
    "near_name": "Name and nearness together",
    "near_own": "The same of the given name without its municipality",
    "near_rare": "Rare words in common against the distance",
    "near_in_town": "Name and nearness where the municipality is named",
    "near_kind": "Nearness where both are of one kind",
    "own_in_town": "Given name and municipality together",
    "own_kind": "Given name and kind together",
    "nearer_items": "Candidates that lie nearer",
    "kind": "Kind of thing (1 the same, -1 another)",
    "kinds_lost": "Kinds of things that only one side names",
    "country": "Country (1 the same, -1 another)",
    "records_of_name": "How many records have this name",
    "items_of_name": "How many items have this name",
}


def feature_name(feature: str) -> str:
    """In words; a feature without any by its id.

    >>> feature_name("some_new_one")
    'Some new one'
    """
    return FEATURES.get(feature) or feature.replace("_", " ").capitalize()


_POWERS = {
    "distance": 10.0,
    "distance_over_precision": 10.0,
    "records_of_name": math.e,
    "items_of_name": math.e,
}
"""Parts that the model reads as logarithms, with their base."""


def feature_value(feature: str, value: float) -> float:
    """As a person reads it.

    >>> round(feature_value("distance", 2.0)), feature_value("kind", -1.0)
    (100, -1.0)
    """
    return float(_POWERS[feature] ** value) if feature in _POWERS else value
