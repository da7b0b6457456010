"""How a dataset is called: its id begins with its country, as the name of its folder does."""


def misnamed(dataset: str, folder: str) -> str | None:
    """What is wrong with an id in the folder of a country, and the right one; None for a right one.

    >>> misnamed("ge_churches", "ge"), misnamed("world_parks", "_world")
    (None, None)
    >>> print(misnamed("se_churches", "ge"))
    the id 'se_churches' begins with se, and its folder is ge: call it ge_churches
    """
    prefix, _, name = dataset.partition("_")
    wanted = folder.removeprefix("_")
    if prefix == wanted:
        return None
    return f"the id {dataset!r} begins with {prefix}, and its folder is {folder}: call it {wanted}_{name}"
