"""Code that reads a trace does not ask which framework the model was of: the capture says what a reading must know."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

MODEL = Path(__file__).resolve().parents[3] / "src" / "cutaway" / "model"
#: Files that are a framework's own, the two lists of frameworks, and what old traces left to the framework's name.
OWN = {
    "costs/frameworks.py",
    "costs/jax_ops.py",
    "costs/keras_ops.py",
    "costs/onnx_ops.py",
    "costs/torch_op_kinds.py",
    "costs/torch_ops.py",
    "graph/configured_file.py",
    "graph/graph_def_kinds.py",
    "graph/keras_config.py",
    "graph/of_keras.py",
    "trace_versions.py",
}
NEUTRAL = sorted(
    path.relative_to(MODEL).as_posix()
    for path in MODEL.rglob("*.py")
    if path.relative_to(MODEL).parts[0] != "capture" and path.relative_to(MODEL).as_posix() not in OWN
)
FRAMEWORKS = {"aten", "flax", "haiku", "jax", "keras", "mxnet", "onnx", "paddle", "pytorch", "tensorflow", "torch"}


class WithoutTypes(ast.NodeTransformer):
    """Leaves out annotations, imports for them, and docstrings: a signature may name the types that it takes."""

    def visit_If(self, node: ast.If) -> ast.AST | None:
        return None if ast.unparse(node.test) == "TYPE_CHECKING" else self.generic_visit(node)

    def visit_arg(self, node: ast.arg) -> ast.AST:
        return ast.arg(node.arg)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST | None:
        return None if node.value is None else self.generic_visit(ast.Assign([node.target], node.value))

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.returns = None
        return self.generic_visit(node)

    def visit_Expr(self, node: ast.Expr) -> ast.AST | None:
        return None if isinstance(node.value, ast.Constant) else self.generic_visit(node)


def words(code: str) -> Iterator[str]:
    """The words of all names and texts in `code`."""
    for node in ast.walk(WithoutTypes().visit(ast.parse(code))):
        for _, value in ast.iter_fields(node):
            for each in value if isinstance(value, list) else [value]:
                if isinstance(each, str):
                    yield from re.findall(r"[a-z]+", each.lower())


@pytest.mark.parametrize("name", NEUTRAL)
def test_no_framework_is_named(name: str) -> None:
    found = FRAMEWORKS.intersection(words((MODEL / name).read_text("utf-8")))
    assert not found, f"model/{name} names {sorted(found)}: make it a field of Trace or Op that the capture sets"


def test_every_file_with_a_reading_is_neutral() -> None:
    assert len(NEUTRAL) > 30
    assert {"trace.py", "records.py", "trace_columns.py", "summary.py", "render/cells.py", "costs/flops.py"} <= {
        *NEUTRAL
    }


@pytest.mark.parametrize(
    "code",
    [
        'known = trace.framework != "onnx"',
        'times = op.argument("times", 1) if op.name.startswith("jax.") else 1',
        "def f():\n    from cutaway.model.capture.torch.capture import capture",
        "import keras",
        "kind = torch.float32",
        'NAMES = {"aten.mm": 1}',
        'text = f"pytorch {version}"',
        "def torch_name(): ...",
    ],
)
def test_a_name_in_code_is_found(code: str) -> None:
    assert FRAMEWORKS.intersection(words(code))


@pytest.mark.parametrize(
    "code",
    [
        '"""What PyTorch does."""',
        "if TYPE_CHECKING:\n    import torch",
        'def f(model: "torch.nn.Module") -> "torch.Tensor": ...',
        "model: torch.nn.Module",
    ],
)
def test_a_type_or_a_sentence_is_not(code: str) -> None:
    assert not FRAMEWORKS.intersection(words(code))
