"""What a native integration recorded, beside what the framework's own one for TensorBoard recorded of that program."""

from collections.abc import Collection

import numpy as np

from cutaway.logs.logs import Run


def check_scalars(ours: Run, theirs: Run, *, more: Collection[str] = (), measured: Collection[str] = ()) -> None:
    """Every tag of theirs at the same steps with the same values, in float32, and no other tag but ``more``.

    ``measured``: tags whose values each of the two measures by itself, as times.
    """
    assert set(ours.tags()) == {*theirs.tags(), *more}
    assert theirs.tags()
    for tag in theirs.tags():
        mine, other = ours.scalars(tag), theirs.scalars(tag)
        assert mine.step.tolist() == other.step.tolist(), tag
        assert len(mine.step) > 0, tag
        if tag not in measured:
            np.testing.assert_array_equal(mine.value.astype(np.float32), other.value.astype(np.float32), err_msg=tag)


def check_texts(ours: Run, theirs: Run) -> None:
    """The same texts under the same tags, at the same steps."""
    assert ours.tags("text") == theirs.tags("text")
    assert ours.tags("text")
    for tag in ours.tags("text"):
        name = tag.removesuffix("/text_summary")
        assert texts(ours, name) == texts(theirs, name), tag


def texts(run: Run, tag: str) -> list[tuple[int, object]]:
    """Step and content of each text, by the tag that `add_text` was given."""
    recorded = run.texts(f"{tag}/text_summary")
    return [(step, np.asarray(text).tolist()) for step, text in zip(recorded.step.tolist(), recorded, strict=True)]


def check_histograms(ours: Run, theirs: Run) -> None:
    """Histograms of as many numbers with the same ends under the same tags, at the same steps."""
    assert ours.tags("histograms") == theirs.tags("histograms")
    assert ours.tags("histograms")
    for tag in ours.tags("histograms"):
        mine, other = ours.histograms(tag), theirs.histograms(tag)
        assert mine.step.tolist() == other.step.tolist(), tag
        for one, another in zip(mine, other, strict=True):
            assert one.counts.sum() == another.counts.sum(), tag
            np.testing.assert_allclose(one.edges[[0, -1]], another.edges[[0, -1]], rtol=1e-6, err_msg=tag)
