"""Which runs have which tags: of thousands of runs most have the same ones."""

from collections.abc import Hashable, Mapping, Sequence
from typing import TypeVar

K = TypeVar("K", bound=Hashable)


def runs_of_keys(runs: Sequence[tuple[str, Sequence[Mapping[K, object]]]]) -> dict[K, tuple[str, ...]]:
    """The ids of the runs that have each key, in the order in which they are given, each with the keys of its files.

    Keys of the same runs have the same tuple of them. Keys come in the order in which runs have them.
    """
    #: The places of the runs that have the same keys, by these and by the mapping of a run that has one.
    same: dict[tuple[K, ...], list[int]] = {}
    known: dict[int, list[int]] = {}
    for place, (_, files) in enumerate(runs):
        if len(files) == 1:
            own = files[0]
            having = known.get(id(own))
            if having is None:
                having = known[id(own)] = same.setdefault(tuple(own), [])
        else:
            # The files of a run that was started very often have the same mapping.
            apart = {id(keys): keys for keys in files}.values()
            having = same.setdefault(tuple({key: None for keys in apart for key in keys}), [])
        having.append(place)
    same.pop((), None)
    ids = [run_id for run_id, _ in runs]
    if len(same) == 1:
        ((keys, having),) = same.items()
        return dict.fromkeys(keys, tuple([ids[place] for place in having]))
    places: dict[K, list[list[int]]] = {}
    for keys, having in same.items():
        for key in keys:
            places.setdefault(key, []).append(having)
    found: dict[tuple[int, ...], tuple[str, ...]] = {}
    result = {}
    for key, parts in places.items():
        which = tuple(map(id, parts))
        if which not in found:
            every = parts[0] if len(parts) == 1 else sorted(place for part in parts for place in part)
            found[which] = tuple(ids[place] for place in every)
        result[key] = found[which]
    return result
