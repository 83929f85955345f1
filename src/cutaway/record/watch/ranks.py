"""Training on several processes: whose statistics are recorded, and how those of all become one.

By default rank 0 measures and records what it sees: where each rank has the whole model, gradients are the same on
all at the optimizer's step. Where parameters are spread over ranks, or all are asked for, every rank measures, and on
logging steps their columns are added up. Ranks then need one mind about which steps these are: the interval that rank
0 has chosen goes to all with the columns of a logging step, and holds from there on.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import count
from typing import Any
from zlib import crc32

import numpy as np
import torch
import torch.distributed as dist
from numpy.typing import NDArray
from torch import nn

from cutaway.events.watch_layout import ACTIVATION, COLUMNS, WatchLayout
from cutaway.record.watch.records import Content

RANKS = ("first", "all")
#: How long a rank waits for the others to watch as well.
_PATIENCE = timedelta(seconds=60)
_LEAST, _MOST = COLUMNS.index("min"), COLUMNS.index("max")
_numbers = count()


@dataclass(frozen=True)
class Ranks:
    """This process among those that train a model."""

    rank: int = 0
    world: int = 1
    #: Whether all ranks measure and their columns are added up.
    is_reduced: bool = False
    #: Whether that is so of activations too, each rank's being those of its own batch.
    has_all_activations: bool = False
    #: What ranks that measure together tell each other by, and how their keys there begin.
    store: Any = None
    key: str = ""

    @property
    def is_idle(self) -> bool:
        """Whether another process does everything."""
        return self.rank > 0 and not self.is_reduced

    @property
    def has_activations(self) -> bool:
        """Whether this process measures activations."""
        return self.rank == 0 or self.has_all_activations


def ranks_of(model: nn.Module, ranks: str) -> Ranks:
    """What this process is to do. Raises ValueError where other ranks had to watch too and do not."""
    if ranks not in RANKS:
        raise ValueError(f"ranks must be one of {', '.join(RANKS)}, got {ranks!r}")
    if not dist.is_available() or not dist.is_initialized() or dist.get_world_size() == 1:
        return Ranks()
    rank, world = dist.get_rank(), dist.get_world_size()
    is_reduced = ranks == "all" or any(is_spread(each) for each in model.parameters())
    if not is_reduced:
        return Ranks(rank, world)
    store, key = _meet(rank, world)
    return Ranks(rank, world, is_reduced, ranks == "all", store, key)


def is_spread(parameter: torch.Tensor) -> bool:
    """Whether a parameter is a part here and others elsewhere, as FSDP2 and tensor parallelism make it."""
    return any(placement.is_shard() for placement in getattr(parameter, "placements", ()))


def contributes(parameter: torch.Tensor, rank: int) -> bool:
    """Whether this rank's part of a tensor is one that no other rank has."""
    mesh, coordinate = getattr(parameter, "device_mesh", None), None
    if mesh is not None:
        coordinate = mesh.get_coordinate()
    if coordinate is None:
        return rank == 0
    placements: Any = getattr(parameter, "placements", ())
    return all(place == 0 or placement.is_shard() for place, placement in zip(coordinate, placements, strict=True))


def sampled_of(parameter: torch.Tensor, most: int) -> int:
    """How many elements of a tensor all ranks together measure, where each takes at most so many of its part."""
    if not is_spread(parameter):
        return min(parameter.numel(), most)
    shapes: dict[tuple[int, ...], int] = {tuple(parameter.shape): 1}
    spread: Any = parameter
    for size, placement in zip(spread.device_mesh.shape, spread.placements, strict=True):
        if placement.is_shard():
            shapes = _chunked(shapes, placement.dim, size)
    return sum(min(int(np.prod(shape)), most) * times for shape, times in shapes.items())


def _chunked(shapes: Mapping[tuple[int, ...], int], dim: int, parts: int) -> dict[tuple[int, ...], int]:
    """The shapes that parts have, and how many have each: as `torch.chunk` cuts, the last ones being smaller."""
    found: dict[tuple[int, ...], int] = {}
    for shape, times in shapes.items():
        whole = -(-shape[dim] // parts)
        for part in range(parts):
            size = max(0, min(whole, shape[dim] - part * whole))
            key = (*shape[:dim], size, *shape[dim + 1 :])
            found[key] = found.get(key, 0) + times
    return found


@dataclass(frozen=True)
class Reduced:
    """What all ranks together have."""

    contents: dict[str, Content]
    #: Rank 0's interval.
    interval: int
    #: Whether the watch of some rank has ended.
    has_failed: bool


class Reduction:
    """Adds up the columns of all ranks, each of which must call `reduce` at the same steps."""

    def __init__(self, ranks: Ranks) -> None:
        self._ranks = ranks
        # By kind, this rank's layout and the same of all ranks.
        self._layouts: dict[str, tuple[WatchLayout, WatchLayout]] = {}

    def reduce(
        self,
        contents: Mapping[str, Content],
        owned: Callable[[str], NDArray[np.bool_]],
        interval: int,
        *,
        has_failed: bool = False,
    ) -> Reduced:
        """What all ranks together have measured at a step.

        ``owned``: of a kind, bool[rows], which rows this rank adds to: not those that another one has too. Kinds whose
        rows are not the same on all ranks stay what they are on this one.
        """
        kinds = [kind for kind in sorted(contents) if kind != ACTIVATION or self._ranks.has_all_activations]
        parameters = _mark([contents[kind] for kind in kinds if kind != ACTIVATION])
        activations = _mark([contents[kind] for kind in kinds if kind == ACTIVATION])
        own = interval if self._ranks.rank == 0 else 0
        head = [own, has_failed, parameters, -parameters, activations, -activations]
        agreed = torch.tensor(head, dtype=torch.float64, device=_device())
        dist.all_reduce(agreed, dist.ReduceOp.MAX)
        chosen_interval, failures, *marks = agreed.tolist()
        result = Reduced(dict(contents), int(chosen_interval), bool(failures))
        has_same = {True: marks[2] == -marks[3], False: marks[0] == -marks[1]}
        chosen = [kind for kind in kinds if has_same[kind == ACTIVATION]]
        if chosen and not result.has_failed:
            self._add_up(result.contents, chosen, owned)
        return result

    def _add_up(
        self, contents: dict[str, Content], kinds: list[str], owned: Callable[[str], NDArray[np.bool_]]
    ) -> None:
        # Rows that nobody has measured are told from those whose columns are 0.
        sums, extremes = [], []
        for kind in kinds:
            statistics = contents[kind].statistics
            measured = owned(kind) & ~np.isnan(statistics[:, 0])
            sums.append(np.column_stack((np.where(measured[:, None], statistics, 0), measured)))
            limits = np.column_stack((statistics[:, _LEAST], -statistics[:, _MOST]))
            extremes.append(np.where(measured[:, None] & ~np.isnan(limits), limits, np.inf))
            sums[-1][:, [_LEAST, _MOST]] = 0
        total = torch.from_numpy(np.concatenate([each.ravel() for each in sums])).to(_device())
        lowest = torch.from_numpy(np.concatenate(extremes)).to(_device())
        dist.all_reduce(total)
        dist.all_reduce(lowest, dist.ReduceOp.MIN)
        parts = np.split(total.cpu().numpy(), np.cumsum([each.size for each in sums])[:-1])
        limits_of = np.split(lowest.cpu().numpy(), np.cumsum([len(each) for each in extremes])[:-1])
        for kind, own, part, limits in zip(kinds, sums, parts, limits_of, strict=True):
            table = part.reshape(own.shape)
            statistics = table[:, :-1].copy()
            limits = np.where(np.isinf(limits), np.nan, limits)
            statistics[:, _LEAST], statistics[:, _MOST] = limits[:, 0], -limits[:, 1]
            statistics[table[:, -1] == 0] = np.nan
            before = contents[kind]
            contents[kind] = Content(self._of_all(kind, before.layout), statistics, before.magnitudes)

    def _of_all(self, kind: str, layout: WatchLayout) -> WatchLayout:
        known = self._layouts.get(kind)
        if known is None or known[0] is not layout:
            known = self._layouts[kind] = layout, replace(layout, reduced=True)
        return known[1]


def _mark(contents: list[Content]) -> int:
    """The same number for the same rows, above 0."""
    return crc32(repr([content.layout.rows for content in contents]).encode()) + 1


def _device() -> torch.device:
    return torch.device("cuda", torch.cuda.current_device()) if dist.get_backend() == "nccl" else torch.device("cpu")


def _meet(rank: int, world: int) -> tuple[Any, str]:
    """Wait until every rank is here: one that waited for another in the middle of training would wait for ever.

    Returns the store in which they met, and the key of this meeting.
    """
    key = f"cutaway/watch/{next(_numbers)}"
    store: Any = dist.distributed_c10d._get_default_store()
    store.set(f"{key}/{rank}", "")
    try:
        store.wait([f"{key}/{other}" for other in range(world)], _PATIENCE)
    except RuntimeError as error:
        raise ValueError(
            f"model must be watched on all of its {world} ranks at once, since their statistics are added up; "
            f"on rank {rank} some of the others did not come within {_PATIENCE.seconds} s"
        ) from error
    return store, key
