"""The ops of all frameworks. A new framework adds its table here."""

from cutaway.model.costs import jax_ops, keras_ops, onnx_ops, torch_ops

OPS = torch_ops.TABLE | onnx_ops.TABLE | jax_ops.TABLE | keras_ops.TABLE
