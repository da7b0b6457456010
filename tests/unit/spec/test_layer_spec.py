"""What a description of a layer may say, and what is told when it says something else."""

import pytest
import yaml

from heritage.spec.loader import LoadedLayer, SpecFailure, load_layer, load_layers, load_specs
from layer_examples import layer
from register_examples import description


def failure(folder, harvest=None, **changes):
    path = layer(folder).path
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    content["harvest"] |= harvest or {}
    content["layer"] |= changes
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    answer = load_layer(path)
    assert isinstance(answer, SpecFailure)
    return str(answer)


@pytest.mark.parametrize(
    ("harvest", "changes", "told"),
    [
        ({"protocol": "excel"}, {}, "a layer comes as arcgis, csv"),
        ({"protocol": "csv"}, {}, "a table needs the columns of its coordinates"),
        ({}, {"point": {"x": "lon", "y": "lat"}}, "only a table has columns of coordinates"),
        ({}, {"says": "fire"}, "give either value"),
        ({}, {"at_least": 3}, "at_least needs within_days"),
        ({}, {"within_days": 30}, "within_days needs observed"),
        ({}, {"features": [5, 1]}, "the lower bound is above the upper one"),
        ({}, {"reach": 100}, "did you mean 'reach_m'?"),
        ({}, {"only": {"type": []}}, "only.type"),
    ],
)
def test_what_contradicts_itself_is_told(tmp_path, harvest, changes, told):
    assert told in failure(tmp_path, harvest, **changes)


def test_every_column_that_is_read_is_known(tmp_path):
    spec = layer(
        tmp_path,
        id="nr",
        url="page",
        observed="seen",
        only={"kind": ["a"]},
        precision={"column": "how", "metres": {"town": 5}},
    ).spec
    assert spec.layer.columns() == {"level", "nr", "page", "seen", "kind", "how"}
    assert spec.reads("nr")
    assert not spec.reads("remark")


def test_a_layer_and_a_register_of_one_id_are_both_refused(tmp_path):
    """Their snapshots would lie in one folder, and that of the layer would be taken for the register's."""
    path = layer(tmp_path / "_layers").path
    register = tmp_path / "xx" / path.stem / path.name
    register.parent.mkdir(parents=True)
    register.write_text(yaml.safe_dump(description(id=path.stem)), encoding="utf-8")
    for load, where in ((load_layers, "_layers"), (load_specs, "xx")):
        found, [refused] = load(tmp_path)
        assert found == []
        assert str(refused).endswith(f"is described 2 times, once in {where}/{path.stem}")


def test_one_broken_layer_does_not_touch_the_others(tmp_path):
    good = layer(tmp_path / "_layers")
    (tmp_path / "_layers" / "world_other").mkdir()
    (tmp_path / "_layers" / "world_other" / "world_other.yaml").write_text("id: [", encoding="utf-8")
    found, failures = load_layers(tmp_path)
    assert found == [LoadedLayer(good.spec, good.path)]
    assert [one.dataset for one in failures] == ["world_other"]
