"""Thresholds."""

import pytest
from tests.layers import columns, found

from cutaway.store.rules.settings import RuleSettings


def test_a_threshold_that_is_changed_holds() -> None:
    share = columns("activation", ["act"], zero_share=0.8, classes="ReLU")
    assert found("dead", share) == []
    (finding,) = found("dead", share, settings=RuleSettings(dead_share=0.7))
    assert finding.threshold == 0.7


@pytest.mark.parametrize("value", [0, -1, float("nan"), "1", None, True])
def test_other_numbers_are_refused(value: object) -> None:
    with pytest.raises(ValueError, match="dead_share must be a number above 0"):
        RuleSettings(dead_share=value)  # type: ignore[arg-type]
