"""Names that a program holds of modules which are set aside: globals are replaced, everything else is described."""

import gc
import sys
from collections.abc import Callable, Iterator, Mapping
from types import CellType, FunctionType, ModuleType
from typing import Any, NamedTuple


class HeldName(NamedTuple):
    """A global of a module that was replaced."""

    module: ModuleType
    name: str
    #: What it was, and what it is now.
    before: Any
    now: Any


def patched(originals: Mapping[str, ModuleType], instead: Callable[[str], ModuleType | None]) -> list[HeldName]:
    """Replace globals of all modules that are functions, classes or modules of ``originals``, by their names.

    ``instead`` gives the module in the place of another one, or None. What has no counterpart there stays as it is.
    """
    counterparts: dict[int, tuple[Any, Any]] = {}
    for module_name, module in originals.items():
        ours = instead(module_name)
        if ours is None:
            continue
        counterparts[id(module)] = module, ours
        for value in _made_by({module_name: module}).values():
            if hasattr(ours, value.__name__):
                counterparts[id(value)] = value, getattr(ours, value.__name__)
    held = []
    for module in _others(originals):
        for name, value in list(vars(module).items()):
            if id(value) in counterparts and not name.startswith("__"):
                held.append(HeldName(module, name, *counterparts[id(value)]))
                setattr(module, name, held[-1].now)
    return held


def restore(held: list[HeldName]) -> None:
    """Put back what ``patched`` has replaced, unless a program has set something else since."""
    for module, name, before, now in held:
        if vars(module).get(name) is now:
            setattr(module, name, before)


def what_stays(originals: Mapping[str, ModuleType]) -> list[str]:
    """What a program goes on holding of ``originals``, one description each: objects, subclasses, globals, copies."""
    made = _made_by(originals)
    names = [
        f"{module.__name__}.{name}, which Cutaway does not have"
        for module in _others(originals)
        for name, value in list(vars(module).items())
        if id(value) in made and not name.startswith("__")
    ]
    classes = {place: value for place, value in made.items() if _is(value, type)}
    derived = [kind for original in classes.values() for kind in _derived(original) if id(kind) not in classes]
    subclasses = [f"the class {_path(kind)}, made from {_path(kind.__mro__[1])}" for kind in derived]
    kinds = {*classes.values(), *derived}
    writers = [
        f"the open writer of {place!r}"
        for each in gc.get_objects()
        if type(each) in kinds and (place := _log_dir(each))
    ]
    return list(dict.fromkeys([*names, *writers, *subclasses, *_copies(classes, derived)]))


def _others(originals: Mapping[str, ModuleType]) -> Iterator[ModuleType]:
    """All modules but these."""
    for module in list(sys.modules.values()):
        if _is(module, ModuleType) and module.__name__ not in originals:
            yield module


def _made_by(originals: Mapping[str, ModuleType]) -> dict[int, Any]:
    """The functions and classes that these modules define, by their ids."""
    return {
        id(value): value
        for name, module in originals.items()
        for value in vars(module).values()
        if _is(value, type, FunctionType) and value.__module__ == name
    }


def _derived(kind: type) -> Iterator[type]:
    below: type
    for below in type.__subclasses__(kind):
        yield below
        yield from _derived(below)


def _log_dir(writer: Any) -> str:
    """The directory of a SummaryWriter that is open; of other objects nothing."""
    attributes = getattr(writer, "__dict__", {})
    place = attributes.get("log_dir") or attributes.get("logdir")
    return str(place) if place and attributes.get("file_writer") is not None else ""


def _copies(classes: dict[int, type], derived: list[type]) -> Iterator[str]:
    """Attributes of objects and classes, and defaults and closures of functions, that are one of ``classes``."""
    of_modules = {id(vars(module)) for module in list(sys.modules.values()) if _is(module, ModuleType)}
    own = (*classes.values(), *derived)
    direct = gc.get_referrers(*classes.values())
    containers = [each for each in direct if _is(each, CellType, dict, tuple) and id(each) not in of_modules]
    indirect = gc.get_referrers(*containers) if containers else []
    # A function's closure is a tuple of cells.
    closures = [each for each in indirect if _is(each, tuple)]
    owners = {id(each): each for each in [*direct, *indirect, *(gc.get_referrers(*closures) if closures else [])]}
    for owner in owners.values():
        if _is(owner, FunctionType):
            cells = [cell.cell_contents for cell in owner.__closure__ or () if _is_full(cell)]
            values = [*(owner.__defaults__ or ()), *(owner.__kwdefaults__ or {}).values(), *cells]
            if not any(owner.__module__ == kind.__module__ for kind in classes.values()):
                yield from (f"the function {_path(owner)}, which has {_path(kind)}" for kind in _among(classes, values))
        elif _is(owner, type):
            if not issubclass(owner, own):
                values = list(vars(owner).values())
                yield from (f"the class {_path(owner)}, which has {_path(kind)}" for kind in _among(classes, values))
        elif not _is(owner, ModuleType, *own) and (attributes := getattr(owner, "__dict__", None)):
            for name, value in attributes.items():
                if id(value) in classes:
                    yield f"{_path(value)} in the attribute {name!r} of an object of {_path(type(owner))}"


def _among(classes: dict[int, type], values: list[Any]) -> list[type]:
    return [classes[id(value)] for value in values if id(value) in classes]


def _is_full(cell: CellType) -> bool:
    try:
        return cell.cell_contents is not cell
    except ValueError:
        return False


def _is(value: Any, *kinds: type) -> bool:
    """``isinstance`` without asking the object: proxies do things when they are asked for their class."""
    return issubclass(type(value), kinds)


def _path(value: Any) -> str:
    return f"{value.__module__}.{value.__qualname__}"
