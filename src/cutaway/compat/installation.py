"""``install()``: programs and libraries that import ``torch.utils.tensorboard`` or ``tensorboardX`` get Cutaway's.

The packages and their submodules are found by a finder of imports, before anybody else's: so neither PyTorch nor
TensorBoard is imported for their sake, and parents get them as attributes. What was imported before is set aside;
names that programs hold already are replaced, and what cannot be replaced is named in a warning. Processes that are
spawned begin with ``install()`` too. ``uninstall()`` puts everything back.
"""

import sys
import threading
import warnings
from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any, NamedTuple

from cutaway.compat.held_names import HeldName, patched, restore, what_stays

_MISSING = object()

#: The submodules that each package has, by the package that stands in its place.
_PACKAGES = {
    "torch.utils.tensorboard": (
        "cutaway.compat.torch_tensorboard",
        ("_convert_np", "_embedding", "_pytorch_graph", "_utils", "summary", "writer"),
    ),
    "tensorboardX": (
        "cutaway.compat.tensorboardx",
        (
            "crc32c",
            "embedding",
            "event_file_writer",
            "global_writer",
            "proto",
            "record_writer",
            "summary",
            "utils",
            "writer",
            "x2num",
        ),
    ),
}
_SUBMODULES_OF_SUBMODULES = {"tensorboardX.proto": ("event_pb2", "summary_pb2", "tensor_pb2", "tensor_shape_pb2")}


class Installed(NamedTuple):
    """What ``install()`` has changed, to be put back."""

    finder: "Finder"
    #: Modules that were there, by their names.
    modules: dict[str, ModuleType]
    #: Parents, names of attributes, and what they were.
    attributes: list[tuple[ModuleType, str, Any]]
    held: list[HeldName]
    #: What a process that is spawned is told.
    preparation: Callable[[str], dict[str, Any]]


class InSpawnedProcess:
    """Pickled, it is a call of ``install()`` where it is unpickled."""

    def __reduce__(self) -> tuple[Callable[[], None], tuple[()]]:
        return install, ()


class Finder(MetaPathFinder, Loader):
    """Finds the packages, and modules below them, and makes them from Cutaway's."""

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        """The spec of a module of ours; None for names that are none of ours. See ``importlib.abc.MetaPathFinder``."""
        package = _package_of(name)
        if package is None:
            return None
        if name not in _HOMES:
            known = ", ".join(_submodules(package))
            raise ModuleNotFoundError(
                f"cutaway.compat.install() has no module {name!r}; of {package} it has {known}", name=name
            )
        return ModuleSpec(name, self, origin=_HOMES[name], is_package=bool(_submodules(name)))

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """The import system makes the module. See ``importlib.abc.Loader``."""
        return None

    def exec_module(self, module: ModuleType) -> None:
        """Give a module the names of Cutaway's, and its submodules."""
        ours = import_module(_HOMES[module.__name__])
        module.__doc__ = ours.__doc__
        module.__dict__.update({name: value for name, value in vars(ours).items() if _is_content(name, value)})
        for submodule in _submodules(module.__name__):
            import_module(f"{module.__name__}.{submodule}")


def install() -> None:
    """Put Cutaway's writers in the place of ``torch.utils.tensorboard`` and ``tensorboardX``, for the whole process.

    Best called before other libraries are imported. Where names of PyTorch's or tensorboardX's were imported before,
    the globals of modules are replaced; what stays (open writers, subclasses, copies in objects) is named in a
    RuntimeWarning. Calling it again does nothing. Neither package needs to be installed.
    """
    global _installed
    with _lock:
        if _installed is not None:
            return
        originals = {name: module for name, module in sys.modules.items() if _package_of(name) is not None}
        finder = Finder()
        attributes = []
        for name in _HOMES:
            parent_name, _, child = name.rpartition(".")
            parent = sys.modules.get(parent_name)
            if parent is not None and parent_name not in originals:
                attributes.append((parent, child, vars(parent).get(child, _MISSING)))
        for name in originals:
            del sys.modules[name]
        sys.meta_path.insert(0, finder)
        held: list[HeldName] = []
        from multiprocessing import spawn

        preparation = spawn.get_preparation_data
        _installed = Installed(finder, originals, attributes, held, preparation)
        # It is unpickled before the program's main module is imported there.
        spawn.get_preparation_data = lambda name: {**preparation(name), "cutaway": InSpawnedProcess()}
        for name in _PACKAGES:
            parent_name = name.rpartition(".")[0]
            if not parent_name or parent_name in sys.modules:
                import_module(name)
        if originals:
            held += patched(originals, lambda name: import_module(name) if name in _HOMES else None)
            stays = what_stays(originals)
        else:
            stays = []
    if stays:
        warnings.warn(
            f"cutaway.compat.install() came after names were used, and these stay as they were: {'; '.join(stays)}. "
            "Call install() before they are made",
            RuntimeWarning,
            stacklevel=2,
        )


def uninstall() -> None:
    """Put back everything that ``install()`` has changed. Writers of Cutaway that are open go on. Else does nothing."""
    global _installed
    with _lock:
        if _installed is None:
            return
        sys.meta_path.remove(_installed.finder)
        restore(_installed.held)
        sys.modules["multiprocessing.spawn"].get_preparation_data = _installed.preparation  # type: ignore[attr-defined]
        for name in [name for name in sys.modules if _package_of(name) is not None]:
            parent_name, _, child = name.rpartition(".")
            parent = sys.modules.get(parent_name)
            if parent is not None and vars(parent).get(child) is sys.modules[name]:
                delattr(parent, child)
            del sys.modules[name]
        sys.modules.update(_installed.modules)
        for parent, child, before in _installed.attributes:
            if before is not _MISSING:
                setattr(parent, child, before)
        _installed = None


def _package_of(name: str) -> str | None:
    return next((package for package in _PACKAGES if name == package or name.startswith(f"{package}.")), None)


def _submodules(name: str) -> tuple[str, ...]:
    return _PACKAGES[name][1] if name in _PACKAGES else _SUBMODULES_OF_SUBMODULES.get(name, ())


def _homes() -> dict[str, str]:
    """The names of modules, parents first, and where their content is."""
    homes: dict[str, str] = {}
    for package, (home, submodules) in _PACKAGES.items():
        homes[package] = home
        for submodule in submodules:
            name = f"{package}.{submodule}"
            homes[name] = f"{home}.{submodule}"
            homes |= {f"{name}.{inner}": f"{home}.{submodule}.{inner}" for inner in _submodules(name)}
    return homes


def _is_content(name: str, value: Any) -> bool:
    return name == "__all__" or not (name.startswith("__") or isinstance(value, ModuleType))


_HOMES = _homes()
_installed: Installed | None = None
_lock = threading.RLock()
