"""What a run of the demo records beside its numbers: pictures, sounds, histograms, curves and texts.

Each is recorded once in so many steps, so that all of them take a small part of the time of the training.
"""

from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from cutaway.cli.demo.pictures import CLASSES, confusion_picture, digits_picture
from cutaway.cli.demo.sound import SAMPLE_RATE, tone

if TYPE_CHECKING:
    from cutaway.record.summary_writer import SummaryWriter

STEPS_BETWEEN_PICTURES = 50
STEPS_BETWEEN_SOUNDS = 100


def record_layers(writer: "SummaryWriter", model: nn.Module, step: int) -> None:
    """Histograms of each layer's weights and of their gradients; biases are few numbers, and left out."""
    for name, parameter in model.named_parameters():
        layer, _, what = name.rpartition(".")
        if what == "weight":
            writer.add_histogram(f"weights/{layer}", parameter, step)
            writer.add_histogram(f"gradients/{layer}", parameter.grad, step)


def record_predictions(writer: "SummaryWriter", images: Tensor, labels: Tensor, logits: Tensor, step: int) -> None:
    """Pictures of predictions, of mistakes and of the confusion matrix, and a curve for each digit.

    Images [N, 1, 8, 8], labels int64 [N], logits [N, 10].
    """
    # Of a network that has blown up they may be NaN, which is not sure of anything.
    probabilities = torch.nan_to_num(logits.softmax(dim=1))
    sureness, guesses = probabilities.max(dim=1)
    pixels, truth, guessed = images.squeeze(1).numpy(), labels.numpy(), guesses.numpy()
    caption = "read as; wrongly in orange"
    _add_picture(writer, "validation/predictions", digits_picture(pixels, truth, guessed, caption), step)
    wrong = torch.nonzero(guesses != labels).squeeze(1)
    surest = wrong[sureness[wrong].argsort(descending=True, stable=True)].numpy()
    caption = f"{len(surest)} of {len(truth)} wrong, surest first"
    picture = digits_picture(pixels[surest], truth[surest], guessed[surest], caption)
    _add_picture(writer, "validation/mistakes", picture, step)
    _add_picture(writer, "validation/confusion", confusion_picture(truth, guessed), step)
    for digit in range(CLASSES):
        writer.add_pr_curve(f"digit/{digit}", labels == digit, probabilities[:, digit], step)


def record_losses(writer: "SummaryWriter", losses: list[float], step: int) -> None:
    """The losses of the steps since the last call, as a tone."""
    writer.add_audio("train/loss as a tone", tone(losses), step, sample_rate=SAMPLE_RATE)


def _add_picture(writer: "SummaryWriter", tag: str, pixels: Any, step: int) -> None:
    writer.add_image(tag, pixels, step, dataformats="HWC")
