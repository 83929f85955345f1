"""The texts of the demo, in Markdown: its configuration with what its tags mean, and its mistakes."""

from collections import Counter
from collections.abc import Mapping

from torch import Tensor

from cutaway.cli.demo.sound import PITCH_OF_ONE

#: Rows of a table of mistakes.
MOST_MISTAKES = 8

_TAGS = {
    "train/…": "of the batch of each step",
    "validation/…": "of the fifth of the digits that is kept for validation",
    "validation/predictions": "the same 20 digits at every step, with what they are read as",
    "validation/mistakes": "the mistakes that the network is surest of; as a text, which digits are taken for which",
    "validation/confusion": "how often each digit is read as each",
    "weights/…`, `gradients/…": "the weights of each layer, and the gradients of their last step",
    "watch/…": "the statistics of every layer: activations, gradients, weights and updates",
    "digit/3": "precision and recall of 3 against all other digits",
    "train/loss as a tone": "the losses since the sound before: a loss of 1 is "
    f"{PITCH_OF_ONE:g} Hz, a tenth of it an octave lower, one that is not finite is silence",
}


def configuration(values: Mapping[str, object]) -> str:
    """Two tables: the names and values of what a run was made with, and what the tags of the log are."""
    rows = [f"| {name} | {value} |" for name, value in values.items()]
    tags = [f"| `{tag}` | {meaning} |" for tag, meaning in _TAGS.items()]
    return "\n".join(
        ["| setting | value |", "| --- | --- |", *rows, "", "| tag | what it is |", "| --- | --- |", *tags]
    )


def mistakes(logits: Tensor, labels: Tensor) -> str:
    """Which digits are taken for which others most often, as a table in Markdown. Logits [N, 10], labels int64 [N]."""
    guesses = logits.argmax(dim=1)
    wrong = guesses != labels
    pairs = Counter(zip(labels[wrong].tolist(), guesses[wrong].tolist(), strict=True))
    rows = [f"| {label} | {guess} | {count} |" for (label, guess), count in pairs.most_common(MOST_MISTAKES)]
    head = f"**{int(wrong.sum())} of {len(labels)}** digits are read wrongly."
    return "\n".join([head, "", "| digit | taken for | times |", "| --- | --- | ---: |", *rows]) if rows else head
