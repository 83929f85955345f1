"""Prints the versions that the integrations name and those that are installed, as JSON; for test_integrations.py."""

import json
import os
from importlib import import_module
from importlib.metadata import version

os.environ["KERAS_BACKEND"] = "jax"
PACKAGES = {
    "accelerate": "accelerate",
    "ignite": "pytorch-ignite",
    "keras": "keras",
    "lightning": "lightning",
    "stable_baselines3": "stable-baselines3",
    "transformers": "transformers",
}
tested = {name: import_module(f"cutaway.integrations.{name}").TESTED for name in PACKAGES}
print(json.dumps({"tested": tested, "installed": {name: version(package) for name, package in PACKAGES.items()}}))
