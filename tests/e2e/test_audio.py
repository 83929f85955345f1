"""Sounds of all runs below each other: what is on screen is what was written, at one place; whatever is in them."""

import re
import struct
import wave
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Locator, Page, expect
from tests.e2e.other_writers import copy_fixture

import cutaway
from cutaway.events import messages
from cutaway.events.core import frame
from cutaway.events.schema import encode

pytestmark = pytest.mark.browser

EVERY = {"adam": 100, "sgd": 150}


def tone(step: int) -> NDArray[np.float32]:
    """Half a second at 8 kHz, with a peak that tells the step."""
    sound = np.sin(np.arange(4000) / 3) * 0.1
    sound[7] = (step + 100) / 1000
    return sound.astype(np.float32)


@pytest.fixture
def logdir(tmp_path: Path) -> Path:
    for name, every in EVERY.items():
        with cutaway.SummaryWriter(tmp_path / name) as writer:
            for step in range(0, 601, every):
                writer.add_audio("speech/tone", tone(step), step, sample_rate=8000)
            writer.add_audio("once", tone(0), 600, sample_rate=16000)
            writer.add_scalar("loss", 1.0, 0)
    return tmp_path


def sound_of(page: Page, tag: str, run: str) -> Locator:
    return page.locator(f'[data-testid=audio-card][data-tag="{tag}"] [data-testid=sound][data-run="{run}"]')


def peak_of(sound: Locator) -> float:
    found = re.search(r"peak ([\d.]+)", sound.get_by_test_id("sound-facts").inner_text())
    assert found is not None
    return float(found[1])


def test_the_sounds_of_a_step_of_all_runs(page: Page, serve: Callable[..., str], logdir: Path) -> None:
    page.goto(serve(logdir))
    page.get_by_test_id("view-audio").click()
    adam, sgd = sound_of(page, "speech/tone", "adam"), sound_of(page, "speech/tone", "sgd")
    for sound in (adam, sgd):
        expect(sound).to_have_attribute("data-state", "ready")
        expect(sound).to_have_attribute("data-step", "600")
        facts = sound.get_by_test_id("sound-facts")
        expect(facts).to_contain_text(
            "0.5 s · 8,000 Hz · 1 channel · 4,000 frames · 16-bit PCM · peak 0.699951 (−3.1 dB)"
        )
        expect(sound.get_by_test_id("sound-plot")).to_have_attribute("data-spectrogram", "ready")
    page.keyboard.press("ArrowLeft")
    expect(adam).to_have_attribute("data-step", "500")
    expect(sgd).to_have_attribute("data-step", "450")
    expect(sgd).to_contain_text("from 450")
    for sound, step in ((adam, 500), (sgd, 450)):
        expect(sound).to_have_attribute("data-state", "ready")
        assert abs(peak_of(sound) - tone(step).max()) < 1e-4
    # What was recorded is what is saved.
    with page.expect_download() as started:
        adam.get_by_test_id("download").click()
    assert started.value.suggested_filename == "speech_tone-adam-step500.wav"
    with wave.open(str(started.value.path())) as file:
        saved = np.frombuffer(file.readframes(4000), "<i2")
    np.testing.assert_array_equal(saved, (tone(500).astype(np.float64) * 32767).astype(np.int16))
    page.keyboard.press("0")
    expect(adam).to_have_attribute("data-step", "600")


def test_runs_play_in_step(page: Page, serve: Callable[..., str], logdir: Path) -> None:
    page.goto(serve(logdir) + "#view=audio&tags=speech")
    adam, sgd = sound_of(page, "speech/tone", "adam"), sound_of(page, "speech/tone", "sgd")
    # A click is a place of all sounds of the card.
    plot = sgd.get_by_test_id("sound-plot")
    expect(sgd).to_have_attribute("data-state", "ready")
    box = plot.bounding_box()
    assert box is not None
    plot.click(position={"x": box["width"] / 2, "y": 20})
    at = float(plot.get_attribute("aria-valuenow") or "nan")
    assert 0.1 < at < 0.4
    expect(adam.get_by_test_id("sound-plot")).to_have_attribute("aria-valuenow", str(at))
    expect(sgd.get_by_test_id("sound-value")).to_contain_text(re.compile(r"s, frame [\d,]+: "))
    plot.focus()
    page.keyboard.press("ArrowRight")
    expect(plot).not_to_have_attribute("aria-valuenow", str(at))
    assert float(plot.get_attribute("aria-valuenow") or "nan") > at
    # The key is the plot's, and the place of the views stays.
    expect(adam).to_have_attribute("data-step", "600")


def test_a_large_card_shows_a_part(page: Page, serve: Callable[..., str], logdir: Path) -> None:
    page.goto(serve(logdir) + "#view=audio&large-audio=speech/tone&audio-frequencies=logarithmic")
    plot = sound_of(page, "speech/tone", "adam").get_by_test_id("sound-plot")
    expect(plot).to_have_attribute("data-spectrogram", "ready")
    box = plot.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.3, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + 20)
    page.mouse.up()
    expect(page).to_have_url(re.compile("audio-time=0.1"))
    page.get_by_test_id("whole").click()
    expect(page).not_to_have_url(re.compile("audio-time"))
    page.keyboard.press("Escape")
    expect(page).not_to_have_url(re.compile("large-audio"))


def wav(code: int = 1, bits: int = 16, rate: int = 8000, data: bytes = bytes(800), says: int | None = None) -> bytes:
    width = bits // 8
    head = struct.pack("<HHIIHH", code, 1, rate, rate * width, width, bits)
    body = b"WAVEfmt " + struct.pack("<I", 16) + head + b"data" + struct.pack("<I", says or len(data)) + data
    return b"RIFF" + struct.pack("<I", len(body)) + body


@pytest.mark.slow
def test_what_is_wrong_with_a_sound_is_said_in_its_place(page: Page, serve: Callable[..., str], tmp_path: Path) -> None:
    floats = np.full(100, 0.25)
    floats[3] = np.nan
    odd = {
        "float": (wav(3, 64, data=floats.tobytes()), "64-bit float · peak 0.25 (−12 dB) · 1 sample not finite"),
        "eight": (wav(1, 8, data=bytes([192] * 100)), "100 frames · 8-bit PCM · peak 0.5"),
        "deep": (wav(1, 24, data=b"\0\0\x40" * 100), "100 frames · 24-bit PCM · peak 0.5"),
        "a-law": (wav(6, 8), "A-law"),
        "cut": (wav(says=4000), "of 4,000 bytes of samples 800 are there"),
        "coded": (wav(0x11, 16), "Its samples are IMA ADPCM, which cannot be read here."),
        "rate": (wav(rate=0), "a sample rate of 0"),
        "empty": (wav(data=b""), "It has no frames"),
        "none": (b"<script>window.hacked = 1</script>", "It is no sound that can be read here"),
    }
    path = tmp_path / "odd" / "events.out.tfevents.1764000000.host.1.0"
    path.parent.mkdir()
    with path.open("wb") as file:
        for tag, (data, _) in odd.items():
            # What the record says of the sound may be anything.
            audio = {"sample_rate": -1.0, "num_channels": 9, "length_frames": 10**9, "encoded_audio_string": data}
            value = {"tag": f"odd/{tag}", "audio": audio}
            file.write(frame(encode(messages.EVENT, {"wall_time": 1.0, "step": 1, "summary": {"value": [value]}})))
    page.goto(serve(tmp_path) + "#view=audio")
    for tag, (_, words) in odd.items():
        page.get_by_test_id("tag-filter").fill(f"odd/{tag}$")
        expect(sound_of(page, f"odd/{tag}", "odd")).to_contain_text(words)
    assert page.evaluate("window.hacked") is None
    page.get_by_test_id("view-files").click()
    expect(page.get_by_test_id("file-row")).to_have_count(1)


def test_pressing_play(page: Page, serve: Callable[..., str], tmp_path: Path) -> None:
    for run in ("adam", "sgd"):
        with cutaway.SummaryWriter(tmp_path / run) as writer:
            writer.add_audio("long", np.sin(np.arange(8000 * 60) / 9) * 0.1, 1, sample_rate=8000)
    page.goto(serve(tmp_path) + "#view=audio")
    adam, sgd = sound_of(page, "long", "adam"), sound_of(page, "long", "sgd")
    plot = adam.get_by_test_id("sound-plot")
    expect(plot).to_have_attribute("aria-valuenow", "0")
    adam.get_by_test_id("play").click()
    expect(adam.get_by_role("button", name="Pause long, adam")).to_be_visible()
    # The position moves with what is heard, of all sounds of the card.
    expect(plot).not_to_have_attribute("aria-valuenow", "0")
    first = plot.get_attribute("aria-valuenow") or ""
    expect(plot).not_to_have_attribute("aria-valuenow", first)
    # Another one takes over where it is.
    sgd.get_by_test_id("play").click()
    expect(adam.get_by_role("button", name="Play long, adam")).to_be_visible()
    expect(sgd.get_by_role("button", name="Pause long, sgd")).to_be_visible()
    assert position_of(sgd) >= float(first)
    page.locator("body").press("Space")
    expect(sgd.get_by_role("button", name="Play long, sgd")).to_be_visible()
    paused = position_of(sgd)
    assert position_of(adam) == paused > 0
    page.locator("body").press("Space")
    # It goes on from there: what is rounded where it begins again is no movement.
    page.wait_for_function(
        "([plot, paused]) => Number(plot.getAttribute('aria-valuenow')) > paused + 0.01",
        arg=[sgd.get_by_test_id("sound-plot").element_handle(), paused],
    )


def position_of(sound: Locator) -> float:
    return float(sound.get_by_test_id("sound-plot").get_attribute("aria-valuenow") or "nan")


@pytest.mark.slow
def test_a_large_card_is_zoomed_as_charts_are(page: Page, serve: Callable[..., str], logdir: Path) -> None:
    page.goto(serve(logdir) + "#view=audio&large-audio=speech/tone")
    plot = sound_of(page, "speech/tone", "adam").get_by_test_id("sound-plot")
    expect(plot).to_have_attribute("data-spectrogram", "ready")
    plot.focus()
    page.keyboard.press("+")
    expect(page).to_have_url(re.compile("audio-time=0%2C0.25(&|$)"))
    page.keyboard.press("Shift+ArrowRight")
    expect(page).to_have_url(re.compile("audio-time=0.0625%2C0.3125"))
    page.keyboard.press("-")
    expect(page).not_to_have_url(re.compile("audio-time"))
    plot.hover()
    page.keyboard.down("Control")
    page.mouse.wheel(0, -100)
    page.keyboard.up("Control")
    expect(page).to_have_url(re.compile(r"audio-time=0\.[\d.]+%2C0\.[\d.]+"))


@pytest.mark.slow
def test_a_link_to_a_large_card_shows_it_from_its_top(page: Page, serve: Callable[..., str], tmp_path: Path) -> None:
    for run in EVERY:
        with cutaway.SummaryWriter(tmp_path / run) as writer:
            for tag in range(6):
                writer.add_audio(f"speech/{tag}", tone(0), 1, sample_rate=8000)
    # The last card, below which there is nothing.
    page.goto(serve(tmp_path) + "#view=audio&large-audio=speech/5")
    plot = sound_of(page, "speech/5", "sgd").get_by_test_id("sound-plot")
    expect(plot).to_have_attribute("data-spectrogram", "ready")
    expect(plot).to_be_in_viewport(ratio=0.9)


@pytest.mark.slow
def test_labels_of_tensorflow_2(page: Page, serve: Callable[..., str], tmp_path: Path) -> None:
    """Its records have a label in Markdown beside each sound; here they are text."""
    labels = [b"the <b>first</b> \xc3\xa9", b"", b"x" * 5000]
    strings = [part for label in labels for part in (wav(), label)]
    tensor = {"dtype": 7, "tensor_shape": {"dim": [{"size": 3}, {"size": 2}]}, "string_val": strings}
    value = {"tag": "said", "metadata": {"plugin_data": {"plugin_name": "audio"}}, "tensor": tensor}
    path = tmp_path / "run" / "events.out.tfevents.1"
    path.parent.mkdir()
    path.write_bytes(frame(encode(messages.EVENT, {"wall_time": 1.0, "step": 1, "summary": {"value": [value]}})))
    page.goto(serve(tmp_path) + "#view=audio&large-audio=said")
    sounds = sound_of(page, "said", "run")
    expect(sounds).to_have_count(3)
    expect(sounds.nth(0).get_by_test_id("sound-label")).to_have_text("the <b>first</b> é")
    expect(sounds.nth(2).get_by_test_id("sound-label")).to_have_text("x" * 500)
    expect(sounds.nth(1)).to_have_attribute("data-state", "ready")
    expect(sounds.nth(1).get_by_test_id("sound-label")).to_have_count(0)


@pytest.mark.slow
def test_ten_minutes(page: Page, serve: Callable[..., str], tmp_path: Path) -> None:
    with cutaway.SummaryWriter(tmp_path / "run") as writer:
        writer.add_audio("long", np.sin(np.arange(44_100 * 600) / 9) * 0.5, 1, sample_rate=44_100)
    page.goto(serve(tmp_path) + "#view=audio&large-audio=long")
    sound = sound_of(page, "long", "run")
    expect(sound.get_by_test_id("sound-facts")).to_contain_text("600 s · 44,100 Hz · 1 channel · 26,460,000 frames")
    # Of each column eight windows are looked at, which is said until a part is shown that they reach.
    expect(sound.get_by_test_id("sampled")).to_contain_text("% of the samples")
    page.goto(page.url + "&audio-time=300,301")
    expect(sound.get_by_test_id("sampled")).to_have_count(0)


@pytest.mark.slow
@pytest.mark.parametrize(
    "writer", ["pytorch", "tensorboardx_sounds", "tensorflow1", "tensorflow1_summaries", "tensorflow2"]
)
def test_other_writers(page: Page, serve: Callable[..., str], tmp_path: Path, writer: str) -> None:
    """Rate, channels, frames and peak of every sound of their files are those that Python finds in it."""
    copy_fixture(writer, tmp_path, "audio|sounds")
    logs = cutaway.open(tmp_path)
    audio = [(name, tag) for name in logs.runs for tag in logs[name].kinds.get("audio", ())]
    assert audio
    page.goto(serve(tmp_path) + "#view=audio")
    for run, tag in audio:
        recorded = logs[run].audio(tag)[-1]
        page.get_by_test_id("tag-filter").fill(f"^{re.escape(tag)}$")
        sound = sound_of(page, tag, run)
        sound.scroll_into_view_if_needed()
        expect(sound).to_have_attribute("data-state", "ready")
        samples = recorded.to_array()
        facts = sound.get_by_test_id("sound-facts").inner_text()
        frames, channels = samples.shape
        said = [f"{recorded.sample_rate():,} Hz", f"{channels} channel", f"{frames:,} frame"]
        assert all(words in facts for words in said), facts
        assert abs(peak_of(sound) - np.abs(samples).max()) < 1e-5
        if len(recorded.encoded) > 1:
            expect(sound).to_contain_text(f"sample 1 of {len(recorded.encoded)}")
