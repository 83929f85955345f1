"""Trains Keras models with our callback, and with Keras' own where TensorFlow is; run by test_integrations.py.

Argument: a directory. Prints, as JSON, what Keras itself says of the training.
"""

import json
import sys
import warnings
from pathlib import Path
from typing import Any

import keras
import numpy as np

from cutaway.integrations.keras import CutawayCallback

directory = Path(sys.argv[1])
layers: Any = keras.layers
#: Keras' own callback writes with TensorFlow, whatever the backend.
BESIDE = keras.backend.backend() == "tensorflow"
random = np.random.default_rng(0)
X, Y = random.random((20, 6)).astype("float32"), random.integers(0, 3, 20)


def dense(rate: Any = 0.01) -> Any:
    keras.utils.set_random_seed(3)
    model = keras.Sequential(
        [layers.Input((6,)), layers.Dense(4, activation="relu", name="first"), layers.Dense(3, name="second")]
    )
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(optimizer=keras.optimizers.Adam(rate), loss=loss, metrics=["accuracy"])
    return model


def convolution() -> Any:
    keras.utils.set_random_seed(3)
    model = keras.Sequential(
        [layers.Input((8, 8, 1)), layers.Conv2D(4, 3), layers.GlobalAveragePooling2D(), layers.Dense(3)]
    )
    model.compile(optimizer="sgd", loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    return model


class Own(keras.Model):  # type: ignore[misc]
    """Knows its inputs' shapes when it is called."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = layers.Dense(5), layers.Dense(3)

    def call(self, x: Any) -> Any:
        return self.second(keras.ops.relu(self.first(x)))


class Seen(keras.callbacks.Callback):  # type: ignore[misc]
    """What Keras hands to callbacks, and the learning rate."""

    def __init__(self) -> None:
        super().__init__()
        self.batches: list[dict[str, float]] = []
        self.epochs: list[dict[str, float]] = []
        self.tests: list[dict[str, float]] = []

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        self.batches.append({name: float(value) for name, value in logs.items()})

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        rate = float(keras.ops.convert_to_numpy(self.model.optimizer.learning_rate))
        self.epochs.append({**{name: float(value) for name, value in logs.items()}, "learning_rate": rate})

    def on_test_end(self, logs: Any = None) -> None:
        self.tests.append({name: float(value) for name, value in logs.items()})


def fit(name: str, model: Any, x: Any, settings: dict[str, Any], **more: Any) -> Seen:
    """Train with ours, Keras' own where it runs, and one that remembers."""
    seen = Seen()
    callbacks = [CutawayCallback(directory / name / "ours", **settings), seen]
    if BESIDE:
        callbacks.append(keras.callbacks.TensorBoard(str(directory / name / "theirs"), **settings))
    model.fit(x, Y, epochs=3, batch_size=4, verbose=0, validation_data=(x[:8], Y[:8]), callbacks=callbacks, **more)
    model.evaluate(x, Y, verbose=0, callbacks=callbacks)
    return seen


found: dict[str, Any] = {"backend": keras.backend.backend(), "beside": BESIDE}
model = dense(keras.optimizers.schedules.ExponentialDecay(0.01, 5, 0.5))
settings: dict[str, Any] = {"update_freq": 2, "histogram_freq": 2, "write_images": True}
seen = fit("dense", model, X, settings)
found["dense"] = {"batches": seen.batches, "epochs": seen.epochs, "tests": seen.tests}
found["weights"] = {weight.path: keras.ops.convert_to_numpy(weight).tolist() for weight in model.weights}
found["parameters"] = model.count_params()

fit(
    "convolution",
    convolution(),
    random.random((20, 8, 8, 1)).astype("float32"),
    {"histogram_freq": 1, "write_images": True},
)
own = Own()
own.compile(optimizer="sgd", loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True))
with warnings.catch_warnings(record=True) as warned:
    warnings.simplefilter("always")
    fit("own", own, X, {"write_steps_per_second": True, "update_freq": "batch"})
found["warned"] = [str(each.message) for each in warned if each.category.__name__ == "RecordingWarning"]
found["own parameters"] = own.count_params()
# Their callback records epochs only where their last batch is one that it records.
fit("fives", dense(), X, {"update_freq": 5, "histogram_freq": 2, "write_images": True})
fit("bare", dense(), X, {"write_graph": False})

# Layers are watched on PyTorch alone, and the training is as without.
if keras.backend.backend() == "torch":
    trained = []
    for name, settings in (("watched", {"watch": {"every": 1}, "update_freq": "batch"}), ("alone", {})):
        model = dense()
        seen = fit(name, model, X, settings)
        trained.append([weight.tolist() for weight in model.get_weights()])
    found["trained alike"] = trained[0] == trained[1]
    found["left"] = "apply" in vars(model.optimizer)
    X[3, 2] = np.nan
    fit("not_finite", dense(), X, {"watch": True}, shuffle=False)

found["refused"] = []
for bad in (
    {"profile_batch": 2},
    {"embeddings_freq": 1},
    {"embeddings_metadata": "words.tsv"},
    {"update_freq": 0},
    {"update_freq": "step"},
    {"watch": "auto"} if keras.backend.backend() == "torch" else {"watch": True},
):
    try:
        CutawayCallback(directory / "refused", **bad)
    except (TypeError, ValueError) as error:
        found["refused"].append(str(error))
found["no tensorboard"] = not {"tensorboard", "tensorboardX"} & set(sys.modules)
print(json.dumps(found))
