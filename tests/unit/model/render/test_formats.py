"""Markdown, HTML, JSON, CSV and data frames say what the rows say, whatever names are in there."""

import csv
import io
import json
from html.parser import HTMLParser

import pytest
from tests.unit.model.networks import Convolutional, Language
from torch import nn

from cutaway.model.columns import COLUMNS
from cutaway.model.result import ForwardError, ModelSummary
from cutaway.model.summary import summary

NASTY = "<b onload=x()>|`*_&amp;"


def convolutional() -> ModelSummary:
    return summary(Convolutional(), (2, 3, 8, 8), verbose=False)


def nasty() -> ModelSummary:
    model = nn.Sequential()
    model.add_module(NASTY.replace(".", ""), nn.Linear(2, 2))
    return summary(model, (1, 2), verbose=False)


def broken() -> ModelSummary:
    with pytest.raises(ForwardError) as failed:
        summary(nn.Sequential(nn.Linear(3, 4), nn.Linear(5, 6)), (2, 3), verbose=False)
    return failed.value.summary


def test_markdown() -> None:
    text = convolutional().to_markdown()
    table = [line for line in text.splitlines() if line.startswith("|")]
    assert len({line.count("|") for line in table}) == 1
    assert table[0] == "| Layer | Output | Parameters | MACs | Saved | % MACs |"
    assert table[1] == "| --- | --- | ---: | ---: | ---: | ---: |"
    assert "| ├─\u00a0stem: Sequential | 2×8×8×8 | 240 | 27,648 |" in text
    assert "- Parameters: 1,453 (5.812 kB): 1,453 trainable, 0 frozen" in text
    assert "**✗ 1: Linear**" in broken().to_markdown()


def test_markdown_of_nasty_names() -> None:
    line = next(line for line in nasty().to_markdown().splitlines() if "onload" in line)
    assert r"\<b onload=x()\>\|\`\*\_&amp;" in line


class Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.texts: list[str] = []
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.open.append(tag)
        self.tags.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


@pytest.mark.parametrize("make", [convolutional, nasty, broken])
def test_html_is_well_formed_and_inert(make: object) -> None:
    result: ModelSummary = make()  # type: ignore[operator]
    parser = Parser()
    parser.feed(result._repr_html_())
    assert parser.open == []
    assert set(parser.tags) <= {"div", "style", "details", "summary", "span", "i", "dl", "dt", "dd"}
    assert "Linear" in "".join(parser.texts)


def test_html_rows_open_and_close() -> None:
    html = convolutional().to_html()
    assert html.count("<details") == 2
    assert html.count("<details open>") == 2
    assert "blocks.0-1" in html
    assert NASTY in "".join(_texts(nasty().to_html()))


def _texts(html: str) -> list[str]:
    parser = Parser()
    parser.feed(html)
    return parser.texts


def test_json_has_every_row() -> None:
    result = summary(Language(), {"ids": (2, 7)}, dtypes="int64", backward=True, verbose=False)
    read = json.loads(result.to_json())
    assert read == json.loads(json.dumps(result.to_dict()))
    assert [row["key"] for row in read["rows"]] == [row.key for row in result.rows]
    assert read["totals"]["macs"] == result.totals.macs
    assert read["totals"]["backward_flops"] == result.totals.backward_flops
    assert read["rows"][0]["outputs"] == [[2, 7, 50], [2, 7, 16]]


def test_csv_and_data_frame_agree_with_the_rows() -> None:
    result = summary(Language(), {"ids": (2, 7)}, dtypes="int64", verbose=False)
    records = list(csv.DictReader(io.StringIO(result.to_csv())))
    frame = result.to_dataframe()
    assert len(records) == len(frame) == len(result.rows)
    for row, record, (key, series) in zip(result.rows, records, frame.iterrows(), strict=True):
        assert record["key"] == key == row.key
        for name, column in COLUMNS.items():
            if column.is_number:
                expected = column.read(row)
                assert record[name] == ("" if expected is None else str(expected))
                assert expected is None or int(series[name]) == expected


def test_data_frames_need_pandas(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(ModuleNotFoundError, match="to_dataframe needs pandas: pip install pandas"):
        convolutional().to_dataframe()
