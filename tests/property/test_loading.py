"""Files that are loaded many at a time: both twins say the same of them, whatever is in them."""

import os
import tempfile
from pathlib import Path

from fuzz.inputs import NATIVE, PURE, check_equal
from hypothesis import given
from hypothesis import strategies as st
from tests.generated_files import contents

from cutaway.events.tables import LARGE, LOADED


@given(st.lists(contents, max_size=4), st.sampled_from([100, 1 << 20]), st.sampled_from([0, 1 << 20]))
def test_both_twins_load_the_same(written: list[bytes], largest: int, widest: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        paths = [os.path.join(folder, str(number)) for number in range(len(written))]  # noqa: PTH118 - of a test
        for path, content in zip(paths, written, strict=True):
            Path(path).write_bytes(content)
        names = [os.fsencode(path) for path in [*paths, folder, f"{folder}/none"]]
        native = NATIVE.load(names, largest, widest)
        check_equal(native, PURE.load(names, largest, widest))
        for facts, content in zip(native.files, written, strict=False):
            if len(content) <= largest:
                assert facts["outcome"] != LARGE
            elif len(content) > widest:
                assert facts["outcome"] != LOADED
