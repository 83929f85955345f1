"""Which runs have which tags: of thousands of runs most have the same ones."""

from collections.abc import Hashable, Mapping, Sequence
from typing import TypeVar

K = TypeVar("K", bound=Hashable)


def runs_of_keys(runs: Sequence[tuple[str, Sequence[Mapping[K, object]]]]) -> dict[K, tuple[str, ...]]:
    """The ids of the runs that have each key, in the order in which they are given: each with what its files have.

    Keys of the same runs have the same tuple of them. Keys come in the order in which runs have them.
    """
    same: dict[tuple[K, ...], list[int]] = {}
    known: dict[int, tuple[K, ...]] = {}
    for place, (_, files) in enumerate(runs):
        same.setdefault(_keys(files, known), []).append(place)
    places: dict[K, list[list[int]]] = {}
    for keys, having in same.items():
        for key in keys:
            places.setdefault(key, []).append(having)
    ids = [run_id for run_id, _ in runs]
    found: dict[tuple[int, ...], tuple[str, ...]] = {}
    result = {}
    for key, parts in places.items():
        which = tuple(map(id, parts))
        if which not in found:
            every = parts[0] if len(parts) == 1 else sorted(place for part in parts for place in part)
            found[which] = tuple(ids[place] for place in every)
        result[key] = found[which]
    return result


def _keys(files: Sequence[Mapping[K, object]], known: dict[int, tuple[K, ...]]) -> tuple[K, ...]:
    """The keys of all files, each once; ``known`` are those of mappings that were looked at before."""
    if len(files) > 1:
        return tuple({key: None for file in files for key in file})
    if not files:
        return ()
    keys = known.get(id(files[0]))
    if keys is None:
        keys = known[id(files[0])] = tuple(files[0])
    return keys
