"""Compare our MACs with PyTorch's counter on torchvision's and timm's families; for an environment that has both.

    python vision_families.py

Prints a line of JSON for each model: its name, ours, PyTorch's, how it was captured, what was not counted.
"""

import json
import sys
import warnings
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import timm
import torch
import torchvision
from torch import nn
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils.flop_counter import FlopCounterMode

import cutaway

#: One small member of each family.
TORCHVISION = (
    "alexnet", "vgg11", "vgg11_bn", "resnet18", "resnet50", "resnext50_32x4d", "wide_resnet50_2",
    "squeezenet1_1", "densenet121", "googlenet", "inception_v3", "shufflenet_v2_x0_5", "mobilenet_v2",
    "mobilenet_v3_small", "mnasnet0_5", "efficientnet_b0", "efficientnet_v2_s", "regnet_y_400mf",
    "convnext_tiny", "vit_b_16", "swin_t", "swin_v2_t", "maxvit_t",
)  # fmt: skip
SEGMENTATION = ("fcn_resnet50", "deeplabv3_mobilenet_v3_large", "lraspp_mobilenet_v3_large")
VIDEO = ("r3d_18", "mc3_18", "r2plus1d_18", "mvit_v1_b")
TIMM = (
    "resnet26", "seresnet50", "efficientnet_b0", "tf_efficientnetv2_b0", "mobilenetv4_conv_small",
    "ghostnet_100", "convnext_atto", "convnextv2_atto", "vit_tiny_patch16_224", "deit_tiny_patch16_224",
    "beit_base_patch16_224", "swin_tiny_patch4_window7_224", "cait_xxs24_224", "coat_tiny", "crossvit_tiny_240",
    "edgenext_xx_small", "efficientformer_l1", "eva02_tiny_patch14_224", "fastvit_t8", "levit_128",
    "maxvit_rmlp_pico_rw_256", "mixer_b16_224", "mobilevit_xxs", "mobilevitv2_050", "mvitv2_tiny", "nest_tiny",
    "pit_ti_224", "poolformer_s12", "pvt_v2_b0", "regnety_002", "repvgg_a0", "res2net50_14w_8s",
    "resmlp_12_224", "rexnet_100", "tiny_vit_5m_224", "tnt_s_patch16_224", "twins_pcpvt_small", "volo_d1_224",
    "xcit_nano_12_p16_224", "inception_next_tiny",
)  # fmt: skip


def models() -> Iterator[tuple[str, Callable[[], nn.Module], tuple[int, ...]]]:
    """The name, what makes the model, and the size of its input."""
    vision: Any = torchvision.models
    for name in TORCHVISION:
        size = 299 if name == "inception_v3" else 224
        yield f"torchvision {name}", partial(vision.get_model, name, weights=None), (1, 3, size, size)
    for name in SEGMENTATION:
        make = partial(vision.get_model, name, weights=None, weights_backbone=None)
        yield f"torchvision {name}", make, (1, 3, 64, 64)
    for name in VIDEO:
        length, size = (16, 224) if name.startswith("mvit") else (8, 64)
        yield f"torchvision {name}", partial(vision.get_model, name, weights=None), (1, 3, length, size, size)
    known = set(timm.list_models())
    for name in TIMM:
        if name in known:
            config = timm.models.get_pretrained_cfg(name, allow_unregistered=True)
            size = config.input_size[-1] if config is not None else 224
            yield f"timm {name}", partial(timm.create_model, name), (1, 3, size, size)


def main() -> int:
    """Compare all."""
    warnings.simplefilter("ignore")
    torch.backends.mha.set_fastpath_enabled(False)
    for name, make, size in models():
        model = make().eval()
        result = cutaway.summary(model, size, verbose=False)
        # The counter fails where a weight is an argument of a module and takes a gradient.
        model.requires_grad_(False)
        with FlopCounterMode(display=False) as counter, torch.no_grad(), sdpa_kernel(SDPBackend.MATH):
            model(torch.rand(size))
        found = {
            "name": name,
            "ours": result.totals.flops,
            "torch": counter.get_total_flops(),
            "method": result.trace.method,
            "uncounted": result.totals.uncounted_ops,
        }
        print(json.dumps(found), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
