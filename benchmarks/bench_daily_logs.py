"""The page on logs as people have them: a sweep, a language model, a thousand runs to filter

Both pages are opened in headless Chromium (1280 x 800, software rendering, nothing cached) on servers that have read
everything. A chart counts as drawn when it is the first of the page, top left, and has its curves.
"""

import math
import random
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page

from benchmarks.bench_page import opening, page_of
from benchmarks.harness import Row, Rows, compare_figures
from benchmarks.servers import TENSORBOARD, Server, ours, ours_is_done, tensorboard, tensorboard_has
from cutaway import SummaryWriter

#: The first chart of the page has its curves.
FIRST = """() => {
  const first = document.querySelector('[data-testid=chart]');
  return first !== null && Number(first.dataset.points) > 0;
}"""
#: The first card has the names of runs below it, RUN among them.
THEIR_FIRST = """() => {
  const card = document.querySelector('scalar-card');
  return card !== null && card.querySelector('mat-spinner') === null && card.textContent.includes('RUN');
}"""
RATES = (1e-4, 1e-3, 1e-2, 3e-2, 1e-1)


def benchmarks() -> Rows:
    """The first useful chart of two logs, and a filter by a hyper-parameter."""
    yield _first_chart("a sweep: 60 runs x 41 tags", _write_sweep, "val/loss", 1980)
    yield _first_chart("language models: 3 runs x 299 tags", _write_language_models, "train/loss", 19_999)
    yield _of_many_runs()


def _first_chart(what: str, write: Callable[[Path], list[str]], tag: str, last_step: int) -> Iterator[Row]:
    with _servers(write, tag, last_step) as (mine, peer, name):
        yield opening(f"URL to the first chart, {what}", mine, peer, FIRST, THEIR_FIRST.replace("RUN", name))


def _of_many_runs() -> Iterator[Row]:
    with _servers(_write_many_runs, "loss", 59) as (mine, peer, _):
        yield _filtering(mine, peer)


@contextmanager
def _servers(write: Callable[[Path], list[str]], tag: str, last_step: int) -> Iterator[tuple[Server, Server, str]]:
    """Both viewers of a log when they have read it, and the name of its first run."""
    with tempfile.TemporaryDirectory() as folder:
        names = write(Path(folder))
        with ours(Path(folder)) as mine, tensorboard(Path(folder)) as peer:
            mine.wait(ours_is_done)
            peer.wait(tensorboard_has([names[0], names[-1]], tag, last_step))
            yield mine, peer, names[0]


def _write_sweep(folder: Path) -> list[str]:
    """60 runs of 2,000 steps: loss, rate and the like at each step, accuracy and 32 tags of layers at each 20th."""
    noise, names = random.Random(0), []
    for number in range(60):
        names.append(f"model{number // 20}_lr{RATES[number // 4 % 5]:g}_seed{number % 4}")
        best = abs(math.log10(RATES[number // 4 % 5]) + 2)
        with SummaryWriter(folder / names[-1]) as writer:
            writer.add_hparams({"lr": RATES[number // 4 % 5], "seed": number % 4}, {}, run_name=".")
            for step in range(2000):
                loss = 2.3 * math.exp(-step / 700 / (1 + best)) + 0.3 + noise.gauss(0, 0.08)
                values = {"train/loss": loss, "train/lr": RATES[number // 4 % 5], "gpu/memory": noise.gauss(20, 0.1)}
                values |= {"train/grad_norm": noise.expovariate(2), "train/throughput": noise.gauss(2000, 50)}
                if step % 20 == 0:
                    values |= {"val/loss": 1.1 * loss, "val/acc": noise.gauss(0.7, 0.01), "epoch": step // 100}
                    values["val/top5"] = noise.gauss(0.9, 0.01)
                    for layer in range(32):
                        values[f"layers/block{layer // 4}/{'abcd'[layer % 4]}.norm"] = noise.gauss(1, 0.02)
                writer.log(values, step)
    return names


def _write_language_models(folder: Path) -> list[str]:
    """3 runs of 20,000 steps, with 12 tags of each of 24 layers at each 100th."""
    noise, names = random.Random(1), ["llama-1b-baseline", "llama-1b-qknorm", "llama-1b-lr6e-4"]
    parts = [*"qkvo", "gate", "up", "down", "norm1", "norm2", "logit_max", "act_rms", "grad_norm"]
    for name in names:
        with SummaryWriter(folder / name) as writer:
            for step in range(20_000):
                loss = 2.1 + 8 * math.exp(-step / 400) + noise.gauss(0, 0.04)
                values = {"train/loss": loss, "train/grad_norm": noise.expovariate(3), "train/lr": 3e-4}
                values["train/tokens"] = 4_194_304.0 * step
                if step % 100 == 0:
                    values |= {f"eval/{task}/acc": noise.gauss(0.4, 0.01) for task in ("arc", "hella", "mmlu", "piqa")}
                    values |= {"eval/lambada/acc": noise.gauss(0.4, 0.01), "val/loss": loss, "val/ppl": math.exp(loss)}
                    for layer in range(24):
                        values |= {f"model.layers.{layer}.{part}/norm": noise.gauss(10, 0.05) for part in parts}
                writer.log(values, step)
    return names


def _write_many_runs(folder: Path) -> list[str]:
    names = [f"run{number:04d}" for number in range(1000)]
    for number, name in enumerate(names):
        with SummaryWriter(folder / name) as writer:
            writer.add_hparams({"lr": RATES[number % 5]}, {}, run_name=".")
            for step in range(60):
                writer.add_scalar("loss", number + step / 60, step)
    return names


#: Until a state holds after the next input, in `window.took`, in milliseconds.
_AFTER_INPUT = """(condition) => {
  window.took = undefined;
  const isDone = new Function(`return (${condition})()`);
  addEventListener("input", () => {
    const start = performance.now();
    const look = () => {
      if (isDone()) requestAnimationFrame(() => { window.took = performance.now() - start; });
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  }, { capture: true, once: true });
}"""


def _filtering(mine: Server, peer: Server) -> Row:
    """From a filter that is pasted to the runs that it leaves: ours 400 by their rate, in list and chart."""

    def filtered(server: Server, ready: str, field: str, text: str, done: str) -> float:
        with page_of(server, ready) as page:
            return _seconds_of_input(page, field, text, done)

    ready = "() => document.querySelector('[data-testid=chart]')?.dataset.series === '1000'"
    done = "() => document.querySelector('.card')?.dataset.state === 'ready' && " + ready[6:].replace("1000", "400")
    rows = "runs-data-table tb-data-table-content-row"
    return compare_figures(
        "filter `lr>0.01` of 1,000 runs to the list and the chart of 400",
        lambda: filtered(mine, ready, "[data-testid=run-filter]", "lr>0.01", done),
        lambda: filtered(
            peer,
            f"() => document.querySelectorAll('{rows}').length > 1",
            "runs-data-table tb-filter-input input",
            "run04",
            f"() => document.querySelector('{rows}')?.textContent.includes('run04')",
        ),
        peer_name=f"{TENSORBOARD}, to a page of the list, by name: it cannot filter by values there",
    )


def _seconds_of_input(page: Page, field: str, text: str, done: str) -> float:
    page.evaluate(_AFTER_INPUT, done)
    page.locator(field).first.fill(text)
    # The peer's field listens to keys alone.
    page.locator(field).first.press("End")
    page.wait_for_function("() => window.took !== undefined", timeout=60_000)
    return float(page.evaluate("window.took")) / 1000
