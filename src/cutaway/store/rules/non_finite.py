"""Not finite: NaN or infinity, and the layer in which the first of them was."""

from collections.abc import Container, Mapping, Sequence

import numpy as np

from cutaway.events.first_bad import FirstBad
from cutaway.events.watch_layout import ACTIVATION, GRADIENT, UPDATE, WATCHED_KINDS, WEIGHT, WatchLayout
from cutaway.store.rules.episodes import Episode, Marks
from cutaway.store.rules.finding import Finding
from cutaway.store.rules.rule import About
from cutaway.store.rules.settings import RuleSettings
from cutaway.store.rules.window import Mask, Window

ABOUT = About(
    "non-finite",
    "Not finite",
    "Numbers of a layer are NaN or infinite: what is computed of them is lost.",
    "NaN + ±Inf > 0 at one logging step; the first layer in the order of execution is named, of gradients the last, "
    "and all gradients alone mean the loss. What the recording found itself is said instead, where it is there",
    "−Inf in activations is what masks are made of, and counts only where a gradient is not finite either. Steps that "
    "a gradient scaler skips are not recorded.",
    statistic="not_finite",
)
#: Episodes of one kind, and the layout that their rows are of.
Rows = tuple[WatchLayout, Sequence[Episode]]


def marks(window: Window, _: RuleSettings) -> Marks:
    """The number of elements that are not finite."""
    count = window.not_finite.astype(np.float64)
    if window.columns.layout.kind == ACTIVATION:
        with np.errstate(invalid="ignore"):
            masks = count - window.columns.column("neg_inf")
        count = np.where(_gradient_is_bad(window)[:, None], count, masks)
    return Marks(count > 0, count)


def _gradient_is_bad(window: Window) -> Mask:
    """[n]: whether any gradient at the step, or at the last before, is not finite."""
    steps = window.columns.steps
    gradient = window.others.get(GRADIENT)
    if gradient is None or not len(gradient.columns.steps):
        return np.zeros(len(steps), bool)
    place = np.searchsorted(gradient.columns.steps, steps, "right") - 1
    with np.errstate(invalid="ignore"):
        bad: Mask = np.asarray((gradient.not_finite > 0).any(axis=1))
    return bad[np.maximum(place, 0)] & (place >= 0)


def findings(kinds: Mapping[str, Rows], reports: Sequence[FirstBad], outputs_at: Container[int] = ()) -> list[Finding]:
    """One finding for each stretch of steps in which anything is not finite. ``outputs_at``: steps with activations."""
    found = []
    left = sorted(reports, key=lambda report: report.step)
    for group in _stretches(kinds):
        first = min(episode.first_step for _, episode in group)
        last = max(episode.last_step for _, episode in group)
        report = next((report for report in left if first - 1 <= report.step <= last), None)
        before = next((report for report in reversed(left) if report.step <= first), None)
        report = report or before
        left = [other for other in left if not (report and other.step <= max(last, report.step))]
        found.append(_finding(kinds, group, first, last, report, first in outputs_at))
    return found + [_of_report(report) for report in left]


def _stretches(kinds: Mapping[str, Rows]) -> list[list[tuple[str, Episode]]]:
    """Episodes of all kinds, those together that overlap."""
    ordered = sorted(
        ((kind, episode) for kind, (_, episodes) in kinds.items() for episode in episodes),
        key=lambda each: (each[1].first_step, WATCHED_KINDS.index(each[0]), each[1].row),
    )
    groups: list[list[tuple[str, Episode]]] = []
    end = -1
    for kind, episode in ordered:
        if not groups or episode.first_step > end:
            groups.append([])
        groups[-1].append((kind, episode))
        end = max(end, episode.last_step)
    return groups


def _finding(
    kinds: Mapping[str, Rows],
    group: list[tuple[str, Episode]],
    first: int,
    last: int,
    report: FirstBad | None,
    has_outputs: bool,
) -> Finding:
    at_first = {kind: [e for of, e in group if of == kind and e.first_step == first] for kind in WATCHED_KINDS}
    kind = next(kind for kind in (ACTIVATION, GRADIENT, WEIGHT, UPDATE) if at_first[kind])
    layout = kinds[kind][0]
    cause = at_first[kind][-1 if kind == GRADIENT else 0]
    name = layout.rows[cause.row]
    module = f"{name} ({layout.classes[cause.row]})" if layout.classes[cause.row] else name
    if report is not None:
        sentence = report.sentence()
    elif kind == ACTIVATION and at_first[WEIGHT]:
        sentence = (
            f"Outputs and weights are not finite at step {first:,}, the first of them {module}: it began between that "
            "logging step and the one before."
        )
    elif kind == ACTIVATION:
        sentence = f"The first numbers that are not finite, at step {first:,}, are in the output of {module}."
    elif kind == GRADIENT and len(at_first[kind]) == len(layout.rows) > 1:
        sentence = f"All gradients are not finite at step {first:,}"
        sentence += (
            " while the outputs are: they come from the loss."
            if has_outputs
            else "; outputs were not measured there, so that they come from the forward or the loss."
        )
    elif kind == GRADIENT:
        sentence = f"The first gradients that are not finite, at step {first:,}, are of {module}, in the backward."
    else:
        sentence = f"The first weights that are not finite, at step {first:,}, are of {module}, from its update."
    rows = dict.fromkeys([name, *(layout.rows[e.row] for of, e in group if of == kind)])
    more = len(rows) - 1
    if more:
        what = "layer" if kind == ACTIVATION else "parameter"
        sentence += f" {more:,} more {what}{' is' if more == 1 else 's are'} not finite up to step {last:,}."
    return Finding(ABOUT.name, "error", sentence, first, last, tuple(rows), kind, cause.value, 0.0, cause.wall_time)


def _of_report(report: FirstBad) -> Finding:
    rows = () if report.module is None else (report.module,)
    kind = GRADIENT if report.phase in ("backward", "after the backward") else ACTIVATION
    return Finding(ABOUT.name, "error", report.sentence(), report.step, report.step, rows, kind if rows else "")
