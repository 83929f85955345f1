"""The runs of tags, and names put in order again and again, are what a plain loop makes of them."""

from hypothesis import given
from hypothesis import strategies as st

from cutaway.events.core import natural_key
from cutaway.store.natural_order import NaturalOrder
from cutaway.store.runs_of_tags import runs_of_keys

tags = st.lists(st.sampled_from("abcdef"), max_size=4, unique=True).map(lambda names: dict.fromkeys(names, 0))
names = st.text(st.sampled_from("aB10."), max_size=4)


@given(st.lists(st.lists(tags, max_size=2), max_size=8))
def test_every_key_has_its_runs_in_order(files: list[list[dict[str, int]]]) -> None:
    runs = [(f"r{number}", of_run) for number, of_run in enumerate(files)]
    expected: dict[str, list[str]] = {}
    for run_id, of_run in runs:
        for key in {key: None for file in of_run for key in file}:
            expected.setdefault(key, []).append(run_id)
    assert runs_of_keys(runs) == {key: tuple(having) for key, having in expected.items()}


@given(st.lists(st.sets(names, max_size=120), max_size=5))
def test_names_are_in_natural_order_whatever_was_asked_before(asked: list[set[str]]) -> None:
    order = NaturalOrder()
    for each in asked:
        assert order.of(each) == sorted(each, key=natural_key)
