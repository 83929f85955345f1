"""Names of rows in few words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cutaway.store.rules.names import families, folded, in_words


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (["fc.weight"], "fc.weight"),
        ([f"layers.{number}.mlp" for number in range(12)], "layers.0–11.mlp (12 rows)"),
        (["layers.0.mlp", "layers.3.mlp"], "layers.{0, 3}.mlp (2 rows)"),
        (["0.weight", "2.weight", "4.weight"], "{0, 2, 4}.weight (3 rows)"),
        (["conv1", "conv2", "head"], "conv1–2, head (3 rows)"),
        (
            [f"stages.{a}.blocks.{b}" for a in (0, 1) for b in range(3)],
            "stages.0.blocks.0–2, stages.1.blocks.0–2 (6 rows)",
        ),
        (["h.0.a", "h.1.a", "h.0.b", "h.1.b", "x", "y"], "h.0–1.a, h.0–1.b, x and 1 more (6 rows)"),
        (["block#2", "block#3"], "block#2–3 (2 rows)"),
        (["sha256sum"], "sha256sum"),
    ],
)
def test_words(names: list[str], words: str) -> None:
    assert in_words(names) == words


def test_many_gaps_are_cut_short() -> None:
    assert folded([f"l.{number}" for number in range(0, 40, 2)]) == ["l.{0, 2, 4, …, 38}"]


@given(st.lists(st.text("ab.#[]01{}*\\", max_size=8), max_size=12))
def test_each_name_is_in_one_family(names: list[str]) -> None:
    members = [place for family in families(names) for place in family.members]
    assert sorted(members) == list(range(len(names)))
    assert len(folded(names)) == len(families(list(dict.fromkeys(names))))
