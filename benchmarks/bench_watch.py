"""Watching a model: what the statistics of every layer cost of a training step

CPU time of the training thread in the hooks, over that of the rest of the same step, so that a machine whose speed
drifts does not matter: the median over the steps of a round. PyTorch has one thread. What `Module.__call__` takes
longer because there are hooks is not in it (about 2 µs a module on steps that are logged). The peer is the work of
`wandb.watch(log="all", log_freq=1)`, done again for the benchmark: a histogram of 64 bins of each gradient and
parameter.
"""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from statistics import median
from time import thread_time
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

import cutaway
from benchmarks.harness import Result, Row, Rows, compare_figures
from cutaway.record.watch import measuring
from cutaway.record.watch.guarded import Guard, guarded

WANDB = "the work of `wandb.watch`"


class Block(nn.Module):
    """A block of GPT-2."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.ln_1, self.ln_2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.attn, self.proj = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.fc, self.act, self.out = nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width)

    def forward(self, x: Tensor) -> Tensor:
        batch, tokens, width = x.shape
        q, k, v = self.attn(self.ln_1(x)).view(batch, tokens, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        mixed = functional.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + self.proj(mixed.transpose(1, 2).reshape(batch, tokens, width))
        return x + self.out(self.act(self.fc(self.ln_2(x))))  # type: ignore[no-any-return]


class Gpt(nn.Module):
    """GPT-2 small with 4 blocks; its head is its embedding."""

    def __init__(self, blocks: int = 4, width: int = 768, vocabulary: int = 50257) -> None:
        super().__init__()
        self.wte, self.wpe = nn.Embedding(vocabulary, width), nn.Embedding(1024, width)
        self.blocks = nn.ModuleList(Block(width, 12) for _ in range(blocks))
        self.ln_f, self.head = nn.LayerNorm(width), nn.Linear(width, vocabulary, bias=False)
        self.head.weight = self.wte.weight

    def forward(self, ids: Tensor) -> Tensor:
        x = self.wte(ids) + self.wpe(torch.arange(ids.shape[1]))
        for block in self.blocks:
            x = block(x)
        return self.head(self.ln_f(x))  # type: ignore[no-any-return]


def conv_net() -> nn.Module:
    """13 convolutions, as VGG-16 has, for pictures of 32 x 32."""
    layers: list[nn.Module] = []
    channels = 3
    for width in (64, 64, 0, 128, 128, 0, 256, 256, 256, 0, 512, 512, 512, 0, 512, 512, 512, 0):
        if width:
            layers += [nn.Conv2d(channels, width, 3, padding=1), nn.BatchNorm2d(width), nn.ReLU(inplace=True)]
            channels = width
        else:
            layers.append(nn.MaxPool2d(2))
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(512, 10))


def tiny_layers() -> nn.Module:
    """200 layers of almost no work."""
    return nn.Sequential(*[layer for _ in range(100) for layer in (nn.Linear(64, 64), nn.ReLU())], nn.Linear(64, 10))


class Training:
    """A model in training: `step` makes one step, and returns the CPU time that the thread spent on it."""

    def __init__(self, name: str) -> None:
        torch.manual_seed(0)
        if name == "gpt":
            self.model: nn.Module = Gpt()
            ids = torch.randint(0, 50257, (4, 129))
            self._loss: Callable[[], Any] = lambda: functional.cross_entropy(
                self.model(ids[:, :-1]).flatten(0, 1), ids[:, 1:].flatten()
            )
        elif name == "conv":
            self.model = conv_net()
            pictures, classes = torch.randn(64, 3, 32, 32), torch.randint(0, 10, (64,))
            self._loss = lambda: functional.cross_entropy(self.model(pictures), classes)
        else:
            self.model = tiny_layers()
            inputs, numbers = torch.randn(32, 64), torch.randint(0, 10, (32,))
            self._loss = lambda: functional.cross_entropy(self.model(inputs), numbers)
        plain = name == "conv"
        self.optimizer: torch.optim.Optimizer = (
            torch.optim.SGD(self.model.parameters(), 0.01, momentum=0.9)
            if plain
            else torch.optim.AdamW(self.model.parameters(), 1e-4)
        )

    def step(self) -> float:
        start = thread_time()
        self.optimizer.zero_grad()
        self._loss().backward()
        self.optimizer.step()
        return thread_time() - start


class Timed:
    """Adds up the CPU time of functions that are called in a step."""

    def __init__(self) -> None:
        self.spent = 0.0
        self._depth = 0

    def of(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """The same function, timed."""

        def timed(*arguments: Any) -> Any:
            self._depth += 1
            start = thread_time()
            try:
                return function(*arguments)
            finally:
                self._depth -= 1
                if not self._depth:
                    self.spent += thread_time() - start

        return timed


@contextmanager
def timed_watches(timed: Timed) -> Iterator[None]:
    """Within the block, the hooks of new watches are timed."""

    def timed_hook(guard: Guard, hook: Callable[..., Any]) -> Callable[..., Any]:
        return timed.of(guarded(guard, hook))

    measuring.guarded = timed_hook  # type: ignore[attr-defined]
    try:
        yield
    finally:
        measuring.guarded = guarded  # type: ignore[attr-defined]


def shares(training: Training, timed: Timed, steps: int) -> list[float]:
    """The share of each step."""
    found = []
    for _ in range(steps):
        timed.spent = 0.0
        whole = training.step()
        found.append(timed.spent / (whole - timed.spent))
    return found


class Watched:
    """A model in training, with a watch whose hooks are timed."""

    def __init__(self, name: str, folder: str, **options: Any) -> None:
        self.training, self.timed = Training(name), Timed()
        self.writer = cutaway.SummaryWriter(folder)
        with timed_watches(self.timed):
            self.watch = self.writer.watch(self.training.model, self.training.optimizer, **options)

    def share(self, steps: int) -> float:
        """The median over some steps."""
        return median(shares(self.training, self.timed, steps))

    def mean_share(self, steps: int) -> float:
        """The mean over some steps, of which a part is logged."""
        found = shares(self.training, self.timed, steps)
        return sum(found) / len(found)


class WandbLike:
    """A model in training, with hooks that do what those of `wandb.watch(log="all", log_freq=1)` do."""

    def __init__(self, name: str) -> None:
        self.training, self.timed = Training(name), Timed()
        for parameter in self.training.model.parameters():
            hooked: Any = parameter
            hooked.register_hook(self.timed.of(self._histogram))
        self.training.model.register_forward_hook(self.timed.of(self._parameters))

    def share(self, steps: int) -> float:
        """The median over some steps."""
        return median(shares(self.training, self.timed, steps))

    def _parameters(self, *_: Any) -> None:
        for parameter in self.training.model.parameters():
            self._histogram(parameter.detach())

    def _histogram(self, tensor: Tensor) -> None:
        flat = tensor.detach().clone().reshape(-1)
        if (~torch.isfinite(flat)).all().item():
            return
        if not torch.isfinite(flat).all():
            flat = flat[torch.isfinite(flat)]
        low, high = flat.min().item(), flat.max().item()
        if low == high:
            return
        self.last = flat.histc(64, low, high).tolist(), torch.linspace(low, high, 65).tolist()


NETS = (
    ("gpt", "a GPT of 4 blocks, 512 tokens", 3),
    ("conv", "a net of 13 convolutions, 64 pictures", 5),
    ("tiny", "200 tiny layers", 60),
)


def benchmarks() -> Rows:
    """Every step logged, the interval that the budget chooses, and steps that are not logged."""
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder:
        for name, what, steps in NETS:
            yield _every_step(name, what, steps, folder)
        yield _within_budget(folder)
        for name, what, steps in NETS:
            yield _silent(name, what, steps, folder)


def _every_step(name: str, what: str, steps: int, folder: str) -> Rows:
    ours, peer = Watched(name, f"{folder}/{name}", every=1), WandbLike(name)
    yield compare_figures(
        f"every step logged, four kinds: {what}",
        lambda: ours.share(steps),
        lambda: peer.share(steps),
        peer_name=WANDB,
        measure="share",
    )
    ours.writer.close()


def _within_budget(folder: str) -> Rows:
    ours = Watched("tiny", f"{folder}/auto", every="auto")
    shares(ours.training, ours.timed, 300)
    yield _bounded(
        '`every="auto"`, all steps: 200 tiny layers',
        lambda: ours.mean_share(200),
        0.03,
        lambda: f"it chose every {ours.watch.interval} steps",
    )
    ours.writer.close()


def _silent(name: str, what: str, steps: int, folder: str) -> Rows:
    ours = Watched(name, f"{folder}/silent-{name}", every=1_000_000)
    ours.share(2)
    bound = 0.02 if name == "tiny" else 0.001
    yield _bounded(f"a step that is not logged: {what}", lambda: ours.share(steps), bound, lambda: "")
    ours.writer.close()


def _bounded(what: str, ours: Callable[[], float], bound: float, note: Callable[[], str]) -> Row:
    def measured() -> Result:
        ours()
        mine = tuple(ours() for _ in range(5))
        return Result(what, "", mine, "the bound", (bound,) * 5, note(), "share")

    return Row(what, "the bound", measured)
