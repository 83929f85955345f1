"""Ids are given once, and only an id that was given names a run or a tag."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cutaway.store.identities import Identities

tags = st.lists(st.text("ab1", max_size=3), max_size=6)


@given(st.lists(st.tuples(tags, st.sampled_from(["scalars", "images", "text"])), max_size=6))
def test_a_tag_keeps_its_id_and_no_other_has_it(given_to: list[tuple[list[str], str]]) -> None:
    identities = Identities()
    known: dict[tuple[str, str], str] = {}
    for names, kind in given_to:
        if kind == "scalars":
            identities.give_scalars(names)
        for name in names:
            identities.give(name, kind)
            tag_id = identities.tag(name, kind)
            assert known.setdefault((name, kind), tag_id) == tag_id
    assert len(set(known.values())) == len(known)
    assert {tag_id: identities.tag_of(tag_id) for tag_id in known.values()} == {
        each: key for key, each in known.items()
    }
    scalars = [name for name, kind in known if kind == "scalars"]
    assert identities.scalar_tags(scalars) == [known[name, "scalars"] for name in scalars]


@pytest.mark.parametrize(
    "asked",
    ["", "t", "v", "t1", "v1", "t00", "t+0", "t-1", "t 0", "t0 ", "t٠", "x0", "T0", f"t{'0' * 9999}", "t1e0"],
)
def test_what_was_not_given_is_no_id(asked: str) -> None:
    identities = Identities()
    identities.give("loss", "scalars")
    identities.give("picture", "images")
    assert (identities.tag_of("t0"), identities.tag_of("v0")) == (("loss", "scalars"), ("picture", "images"))
    with pytest.raises(KeyError):
        identities.tag_of(asked)
    with pytest.raises(KeyError):
        identities.tag("other", "scalars")
    with pytest.raises(KeyError):
        identities.scalar_tags(["loss", "other"])


@given(st.lists(tags, max_size=4))
def test_a_run_keeps_its_id_and_colour(given_to: list[list[str]]) -> None:
    identities = Identities()
    order: dict[str, None] = {}
    for names in given_to:
        identities.give_runs(names)
        order |= dict.fromkeys(names)
        assert [identities.run(name) for name in order] == [(f"r{number}", number) for number in range(len(order))]
    assert identities.run_name == {f"r{number}": name for number, name in enumerate(order)}
    with pytest.raises(KeyError):
        identities.run("other")
