"""The report that the page about watches shows is what its program prints."""

import re
from pathlib import Path

import pytest

PAGE = Path(__file__).resolve().parents[4] / "docs" / "watch.md"


def test_the_report_on_the_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    section = PAGE.read_text("utf-8").partition("## The first bad layer\n")[2]
    program, report = (
        re.findall(rf"^```{kind}\n(.*?)^```$", section, flags=re.DOTALL | re.MULTILINE)[0]
        for kind in ("python", "text")
    )
    monkeypatch.chdir(tmp_path)
    exec(compile(program, "train.py", "exec"), {"__name__": "train"})
    assert capsys.readouterr().err == report
