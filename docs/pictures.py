"""Makes the pictures of the viewer that the README and the guides show.

    .venv/bin/python docs/pictures.py

Nothing in them is typed by hand: the demo is trained, the real viewer serves it, and Debian's chromium
takes the pictures.
"""

import contextlib
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import quote

from PIL import Image
from playwright.sync_api import expect, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "images"


def take_pictures() -> None:
    """Train the demo in a temporary directory, run the example of the workflow, and photograph the viewer."""
    if shutil.which("chromium") is None:
        sys.exit("Debian's package chromium is needed")
    # From inside the directory, so that the page shows a short name for it.
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        logdir = "./log"
        command = [sys.executable, "-m", "cutaway", "demo", "--no-serve", "--logdir", logdir]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        photograph(logdir, 5, 600, {"light": "viewer", "dark": "viewer-dark"})
        example = ROOT / "examples" / "summary_workflow.py"
        subprocess.run([sys.executable, example, "./workflow/log"], check=True)
        with contextlib.chdir("workflow"):
            photograph("./log", 2, 400, {"light": "workflow"})
        Path("watched").mkdir()
        with contextlib.chdir("watched"):
            photograph_layers()
        Path("tensorflow1").mkdir()
        with contextlib.chdir("tensorflow1"):
            photograph_tensorflow1()
        sweep = ROOT / "examples" / "sweep.py"
        subprocess.run([sys.executable, sweep, "./sweep/log"], check=True)
        with contextlib.chdir("sweep"):
            groups = "group=hparam:lr&band=confidence&y=log&smooth=ema,0.6&folded=%0Afit"
            photograph("./log", 3, 640, {"light": "groups"}, groups, "validation/loss")
            table = (
                "column=hparam:lr&column=hparam:seed&column=min:validation/loss&sort=min:validation/loss&folded=%0Afit"
            )
            photograph(
                "./log", 3, 640, {"dark": "table-dark"}, f"{table}&smooth=ema,0.9&y=log", "train/loss", width=460
            )


def photograph_layers() -> None:
    """Photograph the layers of a training whose learning rate jumps, so that some of its ReLUs die."""
    sys.path.insert(0, str(ROOT))
    from docs.watched_training import train

    train("./log/jump")
    view = "view=layers&layers-row=blocks.7.fc.weight&at=step:430"
    photograph("./log", 1, 880, {"light": "layers"}, view, part="layers-map", screen=1600)


def photograph_tensorflow1() -> None:
    """Photograph the log of the tests that has every kind of summary of TensorFlow 1 with every argument."""
    sys.path.insert(0, str(ROOT))
    from tests.fixtures.tensorflow1_summaries.cases import write_log

    from cutaway.compat import v1

    write_log(v1, "./log/tf1")
    photographs = {
        "images": ("image", 15, 884, "f/f|image_(alpha|grey|many|not|one|two)"),
        "audio": ("sound", 7, 968, "audio_(one|of_three)|f/f"),
        "distributions": ("distribution", 13, 1250, ""),
    }
    for view, (part, count, height, tags) in photographs.items():
        fragment = f"view={view}&tags={quote(tags)}"
        photograph("./log", count, height, {"light": f"tensorflow1-{view}"}, fragment, width=180, part=part)


def photograph(
    logdir: str,
    parts: int,
    height: int,
    names: dict[str, str],
    view: str = "",
    clicked: str = "",
    width: int = 260,
    part: str = "chart",
    screen: int = 1280,
) -> None:
    """Pictures of the viewer with so many charts, or other parts: the theme and the picture's name for each.

    `view` is what the address says after its "#", `clicked` a chart in which a place is fixed, `width` the list's, and
    `screen` the window's.
    """
    from cutaway.server.viewer import Viewer

    with Viewer(logdir) as viewer, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        for theme, name in names.items():
            page = browser.new_page(viewport={"width": screen, "height": height}, color_scheme=theme)  # type: ignore[arg-type]
            page.add_init_script(f"localStorage.setItem('cutaway.width', {width})")
            page.goto(f"{viewer.url}#{view}")
            expect(page.locator(f"[data-testid={part}][data-state=ready]")).to_have_count(parts)
            if clicked:
                plot = page.locator(f'[data-testid=chart][data-tag="{clicked}"] .u-over')
                plot.click(position={"x": 150, "y": 60})
                expect(page.get_by_test_id("details")).to_be_visible()
                page.mouse.move(640, 20)
                page.wait_for_timeout(700)
            path = IMAGES / f"{name}.png"
            page.screenshot(path=path)
            # A palette of 128 colours shows no difference in a flat picture and is a third of the size.
            Image.open(path).convert("RGB").quantize(128).save(path, optimize=True)
        browser.close()


if __name__ == "__main__":
    IMAGES.mkdir(exist_ok=True)
    take_pictures()
