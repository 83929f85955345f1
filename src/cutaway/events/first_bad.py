"""The first value of a training that was not finite, and what made it, as a text in Markdown that is read back.

A watch records one under the tag ``<prefix>/findings`` for each time that a training stops being finite: a sentence,
and a table of two columns with a row for each of `KEYS`.
"""

import re
from dataclasses import asdict, dataclass
from typing import Literal

from cutaway.events.wire import MalformedError

#: What the failure is a part of. ``input``: what the model was called with was not finite. ``loss``: the gradient that
#: came into the model was not. ``after the backward``: the model's gradients were finite, and what the optimizer was
#: given was not. ``optimizer``: its update made a weight so. ``unknown``: nothing says more than that it failed.
FailurePhase = Literal[
    "input", "forward", "recompute", "loss", "backward", "after the backward", "optimizer", "unknown"
]
#: The end of the tag.
FINDINGS = "findings"
#: The path of the model itself, in a table: nothing else would be seen there.
ROOT = "(the model)"

_ROW = re.compile(r"^\| *((?:[^|\\]|\\.)*?) *\| *((?:[^|\\]|\\.)*?) *\|$")


@dataclass(frozen=True)
class FirstBad:
    """The first value that was not finite. Texts are empty where nothing is known."""

    #: The optimizer step at which it was found.
    step: int
    phase: FailurePhase
    #: The path of the module, or None: it came from outside of the model. The model itself has the empty path.
    module: str | None = None
    #: The class of the module.
    class_name: str = ""
    #: As ``aten.log.default``.
    operation: str = ""
    #: As ``SqrtBackward0``; of the backward alone.
    autograd_node: str = ""
    #: The user's line, ``file:line``: of the backward, that of the operation that it is the gradient of.
    source: str = ""
    #: Of what went in, and of what came out: ``float32 [32, 64], float32 [64] -> float32 [32, 64]``.
    shapes: str = ""
    #: Whether what went in was finite, and how large it was.
    inputs: str = ""
    #: What is known of how it came about, in a sentence or more.
    origin: str = ""

    def sentence(self) -> str:
        """What happened, in one sentence."""
        where = "" if self.module is None else _named(self.module, self.class_name)
        made = f"{self.operation} in {where}" if self.operation else where
        at = f"at step {self.step}"
        match self.phase:
            case "input":
                return f"The first values that were not finite came into {where or 'the model'} {at}."
            case "forward" | "recompute":
                return f"The first values that were not finite {at} were made by {made} in the forward."
            case "backward":
                return f"The first gradients that were not finite {at} were made by {made} in the backward."
            case "loss":
                return f"The first gradients that were not finite {at} came from the loss."
            case "after the backward":
                return f"The gradients were finite, and what the optimizer was given {at} was not."
            case "optimizer":
                return f"The first weights that were not finite {at} were made by an update of {where or 'a weight'}."
            case _:
                return f"Values were not finite {at}, and nothing says where the first came from."

    def fields(self) -> dict[str, str]:
        """The rows of the table: texts by their keys, empty ones too."""
        texts = {_key(name): value for name, value in asdict(self).items()}
        module = "" if self.module is None else self.module or ROOT
        return {**texts, "step": str(self.step), "module": module}

    def to_markdown(self) -> str:
        """The sentence and the table."""
        rows = [f"| {key} | {_escaped(text)} |" for key, text in self.fields().items()]
        return "\n".join([self.sentence(), "", "| | |", "| --- | --- |", *rows])

    @staticmethod
    def from_markdown(text: str) -> "FirstBad":
        """What `to_markdown` made a text of. Rows with other keys are left out. Raises MalformedError."""
        found = {match[1]: match[2] for line in text.splitlines() if (match := _ROW.match(line))}
        texts = {key: _plain(found.get(key, "")) for key in KEYS}
        step, phase, module = texts.pop("step"), texts.pop("phase"), texts.pop("module")
        if not re.fullmatch(r"-?[0-9]{1,19}", step) or phase not in _PHASES:
            raise MalformedError("the text is no finding of a watch: it has no table with a step and a phase")
        return FirstBad(
            int(step),
            phase,  # type: ignore[arg-type]  # It is one of them.
            None if not module else "" if module == ROOT else module,
            **{_NAMES[key]: value for key, value in texts.items()},
        )


def _key(name: str) -> str:
    return {"class_name": "class", "autograd_node": "autograd node"}.get(name, name)


_NAMES = {_key(name): name for name in FirstBad.__dataclass_fields__}
#: The keys of the table, in its order. Readers take others too.
KEYS = tuple(_NAMES)
_PHASES = FailurePhase.__args__  # type: ignore[attr-defined]


def _named(path: str, class_name: str) -> str:
    return f"{path} ({class_name})" if path and class_name else path or class_name or "the model"


def _escaped(text: str) -> str:
    """A cell: one line in which nothing is Markdown."""
    return re.sub(r"([\\|`*_<\[\]])", r"\\\1", " ".join(text.split()))


def _plain(cell: str) -> str:
    return re.sub(r"\\(.)", r"\1", cell)
