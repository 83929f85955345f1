"""The lines below the picture: what its marks mean, and what is not drawn, with counts."""

from cutaway.model.graph.drawing.numbers import cost_text, whole_cost
from cutaway.model.graph.drawing.scene import Scene
from cutaway.model.graph.layout.boxes import Way


def legend_of(scene: Scene) -> list[str]:
    """Only what the picture has is explained."""
    graph = scene.graph
    ways = {way for frame in scene.frames for way in frame.layout.way}
    marks = []
    if any(size > 0 for size in (tensor.bytes for tensor in graph.tensors)):
        marks.append("lines are wider for larger tensors")
    if any(frame.repeats > 1 or any(text.repeats for text in frame.texts) for frame in scene.frames):
        marks.append("a stack × n is n groups in a row, or in turns, that are the same inside")
    if any(((frame.part.reads > 0) & (frame.part.node >= 0)).any() for frame in scene.frames):
        marks.append("weights and constants are counted in the boxes that read them")
    if Way.BACK in ways:
        marks.append("lines that lead upwards close a loop")
    if Way.PORTAL in ways:
        marks.append("→ and ← name the other end of an edge that has no line")
    found = []
    if scene.cost is not None:
        whole = cost_text(scene.cost, whole_cost(scene.reading, scene.cost))
        found.append(f"Numbers and bars: {scene.cost.title.lower()}; a full bar is the whole, {whole}.")
    if marks:
        text = "; ".join(marks)
        found.append(f"{text[0].upper()}{text[1:]}.")
    missing = []
    if scene.controls:
        missing.append(f"{scene.controls:,} mere dependenc{'y' if scene.controls == 1 else 'ies'}")
    if scene.asides:
        missing.append(f"{scene.asides:,} edge{'' if scene.asides == 1 else 's'} of the boxes at the side")
    if scene.tied:
        missing.append(f"{scene.tied:,} edge{'' if scene.tied == 1 else 's'} from weights that other modules have too")
    if scene.left_out:
        missing.append(f"{scene.left_out:,} boxes and edges beyond the most that are drawn")
    if missing:
        found.append(f"Not drawn: {', '.join(missing)}.")
    if scene.graph.failure is not None:
        found.append(f"The forward failed: {scene.graph.failure.text}")
    return found + [f"{note[0].upper()}{note[1:]}." for note in graph.notes if note]
