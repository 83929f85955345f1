"""The tables of the rules in the documentation are made of the code."""

import runpy
from pathlib import Path
from string import Formatter

import pytest

from cutaway.store.layers.statistics import STATISTICS
from cutaway.store.rules.layer_judge import LAYER_RULES
from cutaway.store.rules.rule import About
from cutaway.store.rules.run_judge import RULES, with_settings
from cutaway.store.rules.settings import RuleSettings

DOCS = Path(__file__).parents[4] / "docs"


def test_the_page_is_up_to_date() -> None:
    made = runpy.run_path(str(DOCS / "rules.py"))
    text = (DOCS / "watch.md").read_text("utf-8")
    assert all(f"`{about.name}`" in text for about in RULES)
    assert made["page"](text) == text, "run docs/rules.py"


def test_rules_have_names_of_their_own() -> None:
    assert len({about.name for about in RULES}) == len({about.title for about in RULES}) == len(RULES)


@pytest.mark.parametrize("about", RULES, ids=lambda about: about.name)
def test_what_is_said_of_a_rule_names_its_thresholds(about: About) -> None:
    for text in (about.formula, about.exceptions):
        names = {name for _, name, _, _ in Formatter().parse(text) if name is not None}
        assert names <= vars(RuleSettings()).keys()
        assert "{" not in with_settings(text, RuleSettings())
    assert about.meaning.endswith(".")
    assert about.exceptions.endswith(".")


@pytest.mark.parametrize("rule", LAYER_RULES, ids=lambda rule: rule.about.name)
def test_rules_of_layers_say_what_they_need(rule: object) -> None:
    assert with_settings(rule.needs, RuleSettings())  # type: ignore[attr-defined]
    assert rule.about.statistic in {*STATISTICS, "weight_ratio"}  # type: ignore[attr-defined]
