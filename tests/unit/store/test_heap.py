"""The room of a large log's batches is kept while it is read, and given back whatever happens."""

import pytest

from cutaway.store import heap


@pytest.fixture
def given_back(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    calls: list[str] = []
    original = heap._give_back

    def give_back() -> None:
        original()
        calls.append("given back")

    monkeypatch.setattr(heap, "_give_back", give_back)
    return calls


def test_of_a_large_log(given_back: list[str]) -> None:
    with heap.room_kept(1 << 30):
        assert given_back == []
    assert given_back == ["given back"]


def test_when_reading_fails(given_back: list[str]) -> None:
    with pytest.raises(OSError, match="gone"), heap.room_kept(1 << 30):
        raise OSError("gone")
    assert given_back == ["given back"]


def test_of_a_small_log(given_back: list[str]) -> None:
    with heap.room_kept(1 << 20):
        pass
    assert given_back == []
