"""Run by test_keras.py with one backend after the other: prints what the summaries of some models say, as JSON."""

import json
import os
import sys
from pathlib import Path
from typing import Any

import keras

from cutaway.model.summary import summary

layers: Any = keras.layers


def images() -> Any:
    return keras.Sequential(
        [
            layers.Input((16, 16, 3)),
            layers.Conv2D(8, 3, use_bias=False),
            layers.BatchNormalization(),
            layers.ReLU(),
            layers.SeparableConv2D(4, 3),
            layers.DepthwiseConv2D(3),
            layers.Conv2D(8, 3, groups=2),
            layers.Conv2DTranspose(6, 2, strides=2),
            layers.GlobalAveragePooling2D(),
            layers.Dense(10),
        ]
    )


def words() -> Any:
    given = layers.Input((12,), dtype="int32")
    x = layers.Embedding(50, 16)(given)
    x = x + layers.MultiHeadAttention(2, 8)(x, x)
    x = layers.Bidirectional(layers.LSTM(7, return_sequences=True))(x)
    x = layers.GRU(5)(x)
    return keras.Model(given, layers.Dense(2)(x))


class Own(keras.Model):  # type: ignore[misc]
    """Built when it is called."""

    def __init__(self, width: int = 4, **settings: Any) -> None:
        super().__init__(**settings)
        self.width = width
        self.first, self.second = layers.Dense(width), layers.Dense(3)

    def get_config(self) -> dict[str, Any]:
        return {"width": self.width}

    def call(self, x: Any) -> Any:
        x = self.first(x)
        return {"twice": self.second(self.first(x)), "product": keras.ops.matmul(x, keras.ops.transpose(x))}


def told(result: Any) -> dict[str, Any]:
    return {
        "parameters": result.totals.parameters,
        "trainable": result.totals.trainable_parameters,
        "buffers": result.totals.buffers,
        "macs": result.totals.macs,
        "uncounted": result.totals.uncounted_ops,
        "reason": result.trace.reason,
        "rows": {row.key: [row.type, row.macs, row.parameters] for row in result.rows},
        "output": [list(tensor.shape) for tensor in result.rows[0].outputs.tensors()] if result.rows[0].outputs else [],
    }


def main(directory: Path) -> dict[str, Any]:
    found: dict[str, Any] = {}
    model = images()
    weights = [value.copy() for value in model.get_weights()]
    found["images"] = told(summary(model, verbose=False))
    found["unchanged"] = all((one == other).all() for one, other in zip(weights, model.get_weights(), strict=True))
    found["images of 4"] = told(summary(model, (4, 16, 16, 3), verbose=False))
    model.layers[0].trainable = False
    found["frozen"] = told(summary(model, verbose=False))
    found["words"] = told(summary(words(), verbose=False))
    own = Own()
    found["own"] = told(summary(own, (5, 4), verbose=False))
    found["own is built"] = own.built
    letters = summary(model, ("B", 16, 16, 3), verbose=False)
    found["letters"] = str(letters.formulas.totals["macs"]) if letters.formulas is not None else ""
    model.save(directory / "model.keras")
    found["file"] = told(summary(directory / "model.keras", verbose=False))
    mark = directory / "run"
    entered = keras.Input((3,))
    os.environ["MARK"] = str(mark)
    marking = keras.layers.Lambda(
        lambda x: (__import__("pathlib").Path(__import__("os").environ["MARK"]).touch(), x)[1], output_shape=(3,)
    )
    keras.Model(entered, marking(entered)).save(directory / "lambda.keras")
    mark.unlink(missing_ok=True)
    try:
        summary(directory / "lambda.keras", verbose=False)
    except ValueError as error:
        found["lambda"] = str(error)
    found["run without trust"] = mark.exists()
    found["with trust"] = told(summary(directory / "lambda.keras", verbose=False, trust=True))
    (directory / "broken.keras").write_bytes(b"broken")
    for name, given in {"not built": Own(), "broken": directory / "broken.keras"}.items():
        try:
            summary(given, verbose=False)
        except ValueError as error:
            found[name] = str(error)
    try:
        summary(model, (4, 16), verbose=False)
    except ValueError as error:
        found["wrong"] = str(error)
    found["counted"] = model.count_params()
    return found


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]))))
