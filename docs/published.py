"""Makes the table of `published-figures.md`: torchvision's published figures of its models beside ours.

``python docs/published.py`` prints it, or the lines of the models that are named behind it; it needs torchvision. No
weights are loaded: the figures are in torchvision's descriptions of them, as billions of multiply-accumulates and
numbers of parameters.
"""

import inspect
import sys
import warnings
from collections.abc import Iterator, Sequence
from typing import Any

from cutaway.model.result import ModelSummary
from cutaway.model.summary import summary

#: Sizes that torchvision's descriptions do not tell, with which its figures are met: the frames of a video, the sides
#: of pictures for detection, segmentation and optical flow.
_FRAMES = 16
_DETECTION = 800
_SEGMENTATION = 520
_FLOW = 512


def published() -> dict[str, Any]:
    """The description of the first weights with figures, by the name of the model."""
    from torchvision import models

    found: dict[str, Any] = {}
    for name in models.list_models():
        described = [weights for weights in models.get_model_weights(name) if weights.meta.get("_ops") is not None]
        if described:
            found[name] = described[0]
    return found


def kind_of(name: str) -> str:
    """``classification``, ``detection``, ``optical_flow``, ``quantization``, ``segmentation`` or ``video``."""
    from torchvision import models

    module = models.get_model_builder(name).__module__.removeprefix("torchvision.models.")
    return module.partition(".")[0] if "." in module else "classification"


def ours(name: str, weights: Any) -> ModelSummary:
    """Our summary of the model that the weights are of, at the size that they are described for."""
    import torch
    from torchvision import models

    builder = models.get_model_builder(name)
    # As torchvision builds a model for weights: with their classes, and without what only a training needs.
    known = inspect.signature(builder).parameters
    settings: dict[str, Any] = {"weights": None}
    settings |= {"weights_backbone": None} if "weights_backbone" in known else {}
    settings |= {"aux_loss": True} if "aux_loss" in known else {}
    settings |= {"num_classes": len(weights.meta["categories"])} if weights.meta.get("categories") else {}
    settings |= {"aux_logits": name == "inception_v3", "init_weights": False} if "google" in name else {}
    kind, transforms = kind_of(name), weights.transforms()
    settings |= {"image_size": transforms.crop_size[0]} if name.startswith("vit_") else {}
    model = builder(**settings).eval()
    if kind == "detection":
        data: Any = [[torch.zeros(3, _DETECTION, _DETECTION)]]
    elif kind == "optical_flow":
        data = [torch.zeros(1, 3, _FLOW, _FLOW)] * 2
    elif kind == "video":
        data = [torch.zeros(1, 3, _FRAMES, *transforms.crop_size)]
    else:
        size = [_SEGMENTATION] * 2 if kind == "segmentation" else [*transforms.crop_size * 2][:2]
        data = [torch.zeros(1, 3, *size)]
    return summary(model, input_data=data, train=False, verbose=False)


def rows(names: Sequence[str] = ()) -> Iterator[str]:
    """The lines of the table, of all models or some: name, published figure and ours, published parameters and ours."""
    for name, weights in published().items():
        if names and name not in names:
            continue
        result = ours(name, weights)
        macs, parameters = weights.meta["_ops"], weights.meta["num_params"]
        mine = f"{result.totals.macs / 1e9:.3f}"
        yield f"| {name} | {kind_of(name)} | {macs:.3f} | {mine} | {parameters:,} | {result.totals.parameters:,} |"


if __name__ == "__main__":
    warnings.filterwarnings("ignore")
    print("| model | kind | published, G | ours, G | parameters published | ours |\n|---|---|---|---|---|---|")
    for row in rows(sys.argv[1:]):
        print(row, flush=True)
