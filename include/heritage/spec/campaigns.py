"""Reads the campaigns. One bad file is an error in the answer, never an exception: the others go on."""

from collections.abc import Collection
from pathlib import Path

from pydantic import ValidationError

from heritage.spec.campaign import Campaign
from heritage.spec.faults import faults, meant, place
from heritage.spec.loader import SpecFailure
from heritage.spec.yaml_text import read_yaml


def load_campaigns(folder: Path, datasets: Collection[str] = ()) -> tuple[list[Campaign], list[SpecFailure]]:
    """All campaigns `<folder>/<id>.yaml`, sorted by id, and the files that cannot be used.

    With `datasets`, the ids of all registers, one that names a register that there is not is among these.
    """
    campaigns: list[Campaign] = []
    failures: list[SpecFailure] = []
    for path in sorted(folder.glob("*.yml")):
        told = f"nobody reads this file: rename it to {path.stem}.yaml"
        failures.append(SpecFailure(path.stem, path, (told,)))
    for path in sorted(folder.glob("*.yaml")):
        found = load_campaign(path, datasets)
        if isinstance(found, Campaign):
            campaigns.append(found)
        else:
            failures.append(found)
    return campaigns, failures


def load_campaign(path: Path, datasets: Collection[str] = ()) -> Campaign | SpecFailure:
    """One campaign, or all that is wrong with it."""
    try:
        content = read_yaml(path)
    except OSError as error:
        return SpecFailure(path.stem, path, (f"{error.strerror or error}: {path}",))
    except ValueError as error:
        return SpecFailure(path.stem, path, (str(error),))
    if not isinstance(content, dict):
        return SpecFailure(path.stem, path, ("a campaign is a mapping of keys to values",))
    try:
        campaign = Campaign.model_validate(content)
    except ValidationError as error:
        return SpecFailure(path.stem, path, tuple(faults(error, path, Campaign)))
    if campaign.id != path.stem:
        told = f"id: {campaign.id!r} must be the name of the file, {path.stem!r}"
        return SpecFailure(path.stem, path, (told,))
    named: list[tuple[str, int | str, str]] = [
        ("datasets", n, one) for n, one in enumerate(campaign.datasets)
    ]
    named += [("staff", one, one) for one in campaign.staff]
    none = "`heritage catalogue` lists those that there are"
    told_all = tuple(
        f"{place(path, (key, at))}: there is no register {one!r}, {meant(one, datasets, none)}"
        for key, at, one in named
        if datasets and one not in datasets
    )
    if told_all:
        return SpecFailure(path.stem, path, told_all)
    return campaign
