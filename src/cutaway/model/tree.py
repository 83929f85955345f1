"""A trace's calls as a tree, with the modules that were not called where they belong."""

from dataclasses import dataclass, field

from cutaway.model.trace import Trace


@dataclass(slots=True)
class Node:
    """A call, or a module without one."""

    path: str
    type: str
    call: int | None = None
    children: list["Node"] = field(default_factory=list)


def build_tree(trace: Trace) -> tuple[Node, dict[int, Node]]:
    """The calls below the calls that made them, with containers between and uncalled modules at the end."""
    types = {module.path: module.type for module in trace.modules}
    root = Node("", types.get("", trace.model))
    first = {"": root}
    called: dict[int, Node] = {}
    groups: dict[tuple[int, str], Node] = {}
    for call in trace.calls:
        if call.parent is None and root.call is None and call.path == "":
            root.call = call.id
            called[call.id] = root
            continue
        parent = root if call.parent is None else called[call.parent]
        holder = call.parent if call.parent is not None else -1
        for path in _between(parent.path, call.path):
            if path not in types:
                continue
            group = groups.get((holder, path))
            if group is None:
                group = groups[holder, path] = Node(path, types[path])
                first.setdefault(path, group)
                parent.children.append(group)
            parent = group
        node = called[call.id] = Node(call.path, call.type, call.id)
        first.setdefault(call.path, node)
        parent.children.append(node)
    for module in trace.modules:
        if module.path not in first:
            node = first[module.path] = Node(module.path, module.type)
            first.get(module.path.rpartition(".")[0], root).children.append(node)
    return root, called


def _between(outer: str, inner: str) -> list[str]:
    """The paths strictly between: a.b and a.b.c for a module a that calls a.b.c.d."""
    prefix = f"{outer}." if outer else ""
    if not inner.startswith(prefix):
        return []
    segments = inner[len(prefix) :].split(".")[:-1]
    paths: list[str] = []
    for segment in segments:
        paths.append(f"{paths[-1]}.{segment}" if paths else prefix + segment)
    return paths


def in_order(root: Node) -> tuple[list[Node], list[int | None], list[int]]:
    """Every node before its children, with the index of its parent and its depth."""
    order: list[Node] = []
    parents: list[int | None] = []
    depths: list[int] = []
    waiting: list[tuple[Node, int | None, int]] = [(root, None, 0)]
    while waiting:
        node, parent, depth = waiting.pop()
        waiting.extend((child, len(order), depth + 1) for child in reversed(node.children))
        order.append(node)
        parents.append(parent)
        depths.append(depth)
    return order, parents, depths
