"""Makes what the README and the guides show: the demo's summary as text, and the pictures of the viewer.

    .venv/bin/python docs/pictures.py

Nothing in them is typed by hand: the demo is trained, the real viewer serves it, and Debian's chromium
takes the pictures.
"""

import contextlib
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import expect, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "images"
BEGIN = "<!-- demo summary: written by `python docs/pictures.py` -->\n"
END = "<!-- end of the demo summary -->"


def demo_summary() -> str:
    """The demo network's summary as `make demo` prints it to a file."""
    from cutaway.cli.demo_training import INPUT_SIZE, DigitNet
    from cutaway.model.summary import summary

    return summary(DigitNet(), input_size=INPUT_SIZE, verbose=False).to_text(width=100).rstrip()


def write_summary(path: Path) -> None:
    """Replace what stands between the two marks of a Markdown file."""
    text = path.read_text()
    block = f"{BEGIN}```text\n{demo_summary()}\n```\n{END}"
    path.write_text(re.sub(re.escape(BEGIN) + ".*?" + re.escape(END), lambda _: block, text, flags=re.DOTALL))


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


def photograph(logdir: str, charts: int, height: int, names: dict[str, str]) -> None:
    """Pictures of the viewer with so many charts: the theme and the picture's name for each."""
    from cutaway.server.viewer import Viewer

    with Viewer(logdir) as viewer, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        for theme, name in names.items():
            page = browser.new_page(viewport={"width": 1280, "height": height}, color_scheme=theme)  # type: ignore[arg-type]
            page.goto(viewer.url)
            expect(page.locator("[data-testid=chart][data-state=ready]")).to_have_count(charts)
            path = IMAGES / f"{name}.png"
            page.screenshot(path=path)
            # A palette of 128 colours shows no difference in a flat picture and is a third of the size.
            Image.open(path).convert("RGB").quantize(128).save(path, optimize=True)
        browser.close()


if __name__ == "__main__":
    IMAGES.mkdir(exist_ok=True)
    write_summary(ROOT / "README.md")
    take_pictures()
