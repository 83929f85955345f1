"""Logging steps come one by one or all at once: what is found is the same."""

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.layers import columns, judged, names, part, unknown

from cutaway.store.layers.statistics import LayerColumns
from cutaway.store.rules.layer_judge import LAYER_RULES, LayerJudge
from cutaway.store.rules.settings import RuleSettings

ROWS = names(5, ".weight")


def training(seed: int, steps: int) -> dict[str, LayerColumns]:
    """Five layers of noise, in which something goes wrong now and then."""
    random = np.random.default_rng(seed)
    layers = {}
    for kind, scale in (("activation", 1.0), ("gradient", 1e-3), ("weight", 0.1), ("update", 1e-4)):
        rms = scale * np.exp(0.3 * random.standard_normal((steps, 5)))
        zeros = random.random((steps, 5)) * 0.5
        for _ in range(6):
            start, row = random.integers(steps), random.integers(5)
            stretch = slice(start, start + random.integers(1, 12))
            rms[stretch, row] *= random.choice([1e-9, 1e-3, 100, 1e6, np.nan])
            zeros[stretch, row] = 1.0
        nan = random.random((steps, 5)) < 0.01
        layers[kind] = columns(
            kind, ROWS, rms, steps=10 * np.arange(steps), zero_share=zeros, nan=nan, classes="ReLU", abs_max=200 * rms
        )
    return layers


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 260), st.lists(st.integers(1, 60), max_size=8))
def test_steps_in_parts_are_as_all_at_once(seed: int, steps: int, parts: list[int]) -> None:
    layers = training(seed, steps)
    whole, in_parts = LayerJudge(RuleSettings()), LayerJudge(RuleSettings())
    whole.add(layers)
    edges = [0, *np.minimum(np.cumsum(parts), steps).tolist(), steps]
    for start, stop in pairwise(edges):
        in_parts.add({kind: part(each, start, stop) for kind, each in layers.items()})
    assert in_parts.findings() == whole.findings()
    assert [rule.about.name for rule in in_parts.unknown()] == [rule.about.name for rule in whole.unknown()]


def test_something_is_found_in_such_trainings() -> None:
    found = {finding.rule for seed in range(3) for finding in judged(*training(seed, 260).values()).findings()}
    assert found >= {"non-finite", "exploding-gradient", "vanishing-gradient", "dead", "large-updates"}


def test_long_trainings_are_judged_in_blocks() -> None:
    layers = training(1, 1300)
    whole, one_by_one = judged(*layers.values()), LayerJudge(RuleSettings())
    for start in range(0, 1300, 7):
        one_by_one.add({kind: part(each, start, start + 7) for kind, each in layers.items()})
    assert one_by_one.findings() == whole.findings()


def test_kinds_that_come_later_are_judged_with_what_is_known() -> None:
    judge = LayerJudge(RuleSettings())
    judge.add({"weight": columns("weight", ROWS, steps=60)})
    judge.add({"update": columns("update", ROWS, 0.05, steps=60)})
    assert [finding.rule for finding in judge.findings()] == ["large-updates"]


def test_rows_are_matched_by_name() -> None:
    weight = columns("weight", [*ROWS[::-1], "frozen.weight"], [0.01, 0.1, 0.1, 0.1, 0.1, 1e9], steps=60)
    judge = judged(columns("update", ROWS, 2e-3, steps=60), weight)
    (finding,) = [each for each in judge.findings() if each.rule == "large-updates"]
    assert finding.rows == ("layers.4.weight",)


def test_rows_that_are_not_measured_at_a_step_go_on_as_they_were() -> None:
    share = np.ones((40, 1))
    rms = np.where(np.arange(40)[:, None] % 2, np.nan, 1.0)
    judge = judged(columns("activation", ["act"], rms, steps=40, zero_share=share, classes="ReLU"))
    (finding,) = judge.findings()
    assert (finding.rule, finding.first_step, finding.last_step) == ("dead", 0, 38)


def test_what_begins_together_is_one_finding() -> None:
    share = np.zeros((200, 5))
    share[10:, :2], share[25:, 2], share[100:, 3] = 1, 1, 1
    judge = judged(columns("activation", names(5), zero_share=share, steps=200, classes="ReLU"))
    first, second = judge.findings()
    assert (first.first_step, first.rows) == (10, ("layers.0", "layers.1", "layers.2"))
    assert (second.first_step, second.rows) == (100, ("layers.3",))


def test_a_row_that_flaps_is_one_finding() -> None:
    share = (np.arange(400)[:, None] % 8 < 5).astype(float)
    judge = judged(columns("activation", ["act"], zero_share=share, steps=400, classes="ReLU"))
    (finding,) = judge.findings()
    assert (finding.first_step, finding.last_step) == (0, 396)


@pytest.mark.parametrize("rule", LAYER_RULES, ids=lambda rule: rule.about.name)
def test_without_its_kinds_no_rule_passes(rule: Any) -> None:
    others = {"activation", "gradient", "weight", "update"} - set(rule.kinds)
    names_ = unknown(*(columns(kind, ROWS, steps=300) for kind in sorted(others))) if others else set()
    if others:
        assert rule.about.name in names_


def test_few_logging_steps_are_not_enough() -> None:
    kinds = ("activation", "gradient", "weight", "update")
    lacking = unknown(*(columns(kind, ROWS, steps=8) for kind in kinds))
    assert {"exploding-gradient", "outlier-growth", "all-zero", "large-updates"} <= lacking
    assert unknown(*(columns(kind, ROWS, steps=300) for kind in kinds)) == set()


def test_a_model_without_rows_is_no_fault() -> None:
    judge = judged(columns("activation", []), columns("gradient", ROWS))
    assert judge.kinds == {"gradient"}
    assert judge.findings() == []
