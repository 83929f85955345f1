"""How a watch measures: a step of the optimizer, from its beginning to its record.

A step is one of the optimizer. On a logging step a hook measures the outputs of all modules in the first forward,
the optimizer's hooks measure gradients, weights and what the weights have changed by, and one record is written.
On other steps a sample of the gradients is looked at, so that the first step with NaN or infinity is not missed.
"""

import time
import weakref
from collections.abc import Callable, Sequence
from functools import partial
from time import perf_counter
from typing import Any

import numpy as np
from torch import nn
from torch.optim import Optimizer

from cutaway.events.watch_layout import ACTIVATION
from cutaway.record.watch.activations import Activations
from cutaway.record.watch.alarms import Alarms
from cutaway.record.watch.compiled import is_compiled
from cutaway.record.watch.device import Devices, Late
from cutaway.record.watch.finiteness import NonFiniteListener
from cutaway.record.watch.guarded import guarded
from cutaway.record.watch.hooks import ForwardHooks, in_backward
from cutaway.record.watch.logging_step import LoggingStep
from cutaway.record.watch.open_watches import end_the_one_before, ended, opened
from cutaway.record.watch.parameters import Parameters, TrainedRows
from cutaway.record.watch.ranks import Ranks
from cutaway.record.watch.recording import Recording
from cutaway.record.watch.records import Content, WatchRecords
from cutaway.record.watch.rows import Selection, WatchedModel
from cutaway.record.watch.schedule import Schedule
from cutaway.record.watch.steps import OptimizerHooks, Scaling, learning_rate, parameters_of, scaling_of
from cutaway.record.watch.trouble import first_line, say

#: Every so many logging steps magnitudes are counted, and the model is looked at anew.
_MAGNITUDES_EVERY = 10
#: Activations are given up when so many logging steps have seen none.
_GIVE_UP = 3


class Measuring:
    """Measures a model while it trains. An exception in a hook ends this with a warning, and never the training."""

    def __init__(
        self,
        model: nn.Module,
        optimizers: Sequence[Optimizer],
        records: WatchRecords,
        schedule: Schedule,
        *,
        kinds: Sequence[str],
        modules: Selection = None,
        model_tag: str = "",
        ranks: Ranks = Ranks(),  # noqa: B008
        listener: NonFiniteListener | None = None,
        on_close: Callable[[Any], None] = lambda watch: None,
    ) -> None:
        self._watched = WatchedModel(model, modules)
        self._kinds = [kind for kind in kinds if kind != ACTIVATION or ranks.has_activations]
        self._ranks = ranks
        # Why the watch ends at the next logging step, since other ranks wait for this one there.
        self._failure = ""
        self._devices = Devices()
        self._parameters = Parameters(self._watched, self._kinds, self._devices, model_tag, ranks.world)
        for optimizer in optimizers:
            if not any(id(each) in self._watched.trained for each in parameters_of(optimizer)):
                raise ValueError(
                    f"optimizer must have parameters of the model, got {type(optimizer).__name__} with others alone"
                )
        end_the_one_before(model)
        self._recording, self._schedule = Recording(records, schedule, ranks), schedule
        self._listener = listener
        self._alarms = Alarms(listener)
        self._on_close = on_close
        self._activations = Activations(self._devices, model_tag, ranks.world)
        guard = partial(guarded, self)
        self._forward = ForwardHooks(self._watched, self._activations, guard)
        # Many gradients are looked at in turn from the start, and all of them once that has turned out to be cheap.
        schedule.parts = max(1, len(self._parameters) // 48)
        # Optimizers that have stepped in this step, with how many of the model's parameters each has.
        self._stepped: dict[int, int] = {}
        # By optimizer, how many parameters it has, how many of them are the model's, and the rows that it changes.
        self._rows: weakref.WeakKeyDictionary[Optimizer, tuple[int, int, TrainedRows]] = weakref.WeakKeyDictionary()
        self._step = 0
        self._last_step: int | None = None
        self._count = 0
        self._logged = 0
        self._skipped = 0
        self._is_closed = self._is_paused = False
        self._arranged = self._with_magnitudes = False
        self._is_root_called = False
        self._activation_step: int | None = None
        # Of optimizers on other devices, and of the logging step that is still on its way from there.
        self._scalings: list[Late] = []
        self._late: LoggingStep | None = None
        self._scalars_of_optimizer: dict[str, float] = {}
        # Seconds of the watch in this step, besides those of the forward.
        self._spent = 0.0
        self._began = perf_counter()
        self._handles: list[Any] = []
        if ranks.is_idle:
            return
        self._optimizers = OptimizerHooks(
            optimizers,
            *map(guard, (self._opened, self._before, self._after, self._left_out)),
        )
        # Hooks of a module that is compiled in its place would be compiled with it, and call nobody.
        if getattr(model, "_compiled_call_impl", None) is None:
            self._handles = [
                model.register_forward_pre_hook(guard(self._forward_begins), with_kwargs=True, prepend=True),
                model.register_forward_hook(guard(self._forward_ended), always_call=True),
            ]
        opened(model, self)
        if ACTIVATION in self._kinds and is_compiled(model):
            self._forward.compile(guard)
        # Once: when the watch ends, or when nobody holds it any more.
        self._release = weakref.finalize(self, _remove, self._optimizers, self._forward, self._handles)
        self._release.atexit = False
        self._begin_step()

    @property
    def is_closed(self) -> bool:
        """Whether the watch has ended."""
        return self._is_closed

    @property
    def interval(self) -> int:
        """Steps from one logging step to the next, as they were given or chosen."""
        return self._schedule.interval

    @property
    def cost(self) -> float:
        """The part of the training's time that was the watch's, up to the last logging step."""
        return self._schedule.share

    def close(self) -> None:
        """Write what was measured, and leave no hook in the model, its optimizers and PyTorch. May be called again."""
        if self._is_closed:
            return
        try:
            # What ranks have to say at the same time is not said at an end, which may be that of one alone.
            if not self._ranks.is_reduced:
                self._arrive()
                if self._stepped and self._is_logging:
                    self._write()
                    self._arrive()
        finally:
            self._detach()

    # -- a step, from its beginning to its end -------------------------------------------------------------------

    def _begin_step(self) -> None:
        self._stepped.clear()
        self._is_logging = not self._is_paused and self._schedule.is_logging(self._count)
        if self._is_logging and not self._failure:
            self._prepare()

    def _prepare(self) -> None:
        """Make ready to measure this step."""
        with_magnitudes = self._with_magnitudes = self._logged % _MAGNITUDES_EVERY == 0
        if self._parameters.is_changed() or (with_magnitudes and self._arranged):
            self._watched.read()
            self._arrange()
        self._devices.begin()
        self._parameters.begin(with_magnitudes=with_magnitudes)
        if ACTIVATION in self._kinds:
            self._activations.begin(with_magnitudes=with_magnitudes)
            # Where the model is called as a whole its end is known, else that of its forward is the backward.
            self._forward.arm(None if self._is_root_called else self._parameters.first)

    def _arrange(self) -> None:
        """Take the parameters in the order in which their modules ran."""
        self._parameters.arrange(self._activations.names)
        self._rows.clear()

    def _forward_begins(self, module: nn.Module, arguments: tuple[Any, ...], keywords: dict[str, Any]) -> None:
        # A copy of the model has the hooks of the model.
        if in_backward() or self._alarms.is_replaying or module is not self._watched.root:
            return
        self._is_root_called = True
        if self._stepped:
            self._end_step()
        if not module.training:
            return
        if self._forward.is_armed:
            self._activations.begin(with_magnitudes=self._with_magnitudes)
            self._forward.begin()

    def _forward_ended(self, module: nn.Module, arguments: Any, output: Any) -> None:
        if in_backward() or not module.training or output is None:
            return
        if self._forward.has_measured:
            self._forward.disarm()

    def _opened(self, optimizer: Optimizer) -> None:
        """An optimizer's step begins; of those that make the gradients in it, they are still to come."""
        if id(optimizer) in self._stepped:
            self._end_step()

    def _before(self, optimizer: Optimizer) -> None:
        """Gradients are there, and nothing has changed yet."""
        self._opened(optimizer)
        start = perf_counter()
        owned, rows = self._rows_of(optimizer)
        if not owned or self._is_paused or self._failure:
            return
        self._forward.disarm()
        self._arrive()
        scaling = scaling_of(optimizer)
        if isinstance(scaling, Late) and self._alarms.waits:
            scale, found = scaling.read()
            scaling = Scaling(float(scale) or 1.0, bool(found))
        if isinstance(scaling, Late):
            self._scalings.append(scaling)
            scaling = Scaling()
        self._skipped += scaling.is_skipped
        if self._is_logging:
            self._measure(optimizer, scaling)
        elif not scaling.is_skipped:
            parts = self._schedule.parts
            if self._alarms.is_new(rows.part(self._count, parts), parts):
                self._log_this_step_too(rows, scaling.scale)
        self._spent += perf_counter() - start

    def _measure(self, optimizer: Optimizer, scaling: Scaling) -> None:
        """Measure what a logging step does before the optimizer's change."""
        if self._forward.has_measured:
            self._activation_step = self._step
        elif ACTIVATION in self._kinds and not self._activations.keys and self._logged == _GIVE_UP - 1:
            # Hooks that nobody calls may still make a compiler begin anew.
            self._kinds.remove(ACTIVATION)
            say(
                "no module of the model was called where hooks see it, and activations are not measured; of a model "
                "that is compiled, watch what torch.compile returns, before its first forward"
            )
        if not self._arranged and self._activations.keys:
            # Parameters have the order of the first forward from here on.
            self._arranged = True
            self._arrange()
        _, rows = self._rows_of(optimizer)
        self._parameters.before(rows, scaling.scale)
        if scaling.is_skipped:
            self._parameters.forget()
        else:
            self._parameters.keep(rows)
            self._alarm_before(rows)

    def _log_this_step_too(self, rows: TrainedRows, scale: float) -> None:
        """The check has found elements that are not finite: gradients are measured in full and recorded."""
        # Of several ranks not all may know of it.
        self._is_logging = not self._ranks.is_reduced
        self._with_magnitudes = False
        self._devices.begin()
        self._parameters.begin(with_magnitudes=False)
        self._parameters.before(rows, scale)
        self._parameters.keep(rows)
        self._alarm_before(rows)

    def _alarm_before(self, rows: TrainedRows) -> None:
        """`_alarm` of what is measured before the optimizer's change."""
        self._alarm(LoggingStep(self._step, 0.0, self._contents(), {}), rows)

    def _alarm(self, found: LoggingStep, rows: TrainedRows | None = None) -> None:
        activations = None if self._activation_step is None else self._activations
        self._alarms.examine(found, activations, self._activation_step, rows)

    def _contents(self) -> dict[str, Content]:
        """What was measured of this step so far."""
        contents = self._parameters.contents()
        if self._activation_step == self._step:
            measured = self._activations.statistics(), self._activations.magnitudes()
            contents = {ACTIVATION: Content(self._activations.layout(), *measured), **contents}
        return contents

    def _after(self, optimizer: Optimizer) -> None:
        """The optimizer has changed the weights."""
        start = perf_counter()
        owned, _ = self._rows_of(optimizer)
        if not owned:
            return
        if self._is_logging and not self._is_paused and not self._failure:
            self._parameters.after()
            self._scalars_of_optimizer = learning_rate(optimizer)
        self._stepped[id(optimizer)] = owned
        self._spent += perf_counter() - start
        if sum(self._stepped.values()) >= len(self._watched.trained):
            self._end_step()

    def _left_out(self, optimizer: Optimizer) -> None:
        """A scaler has found gradients that are not finite, and does not step the optimizer."""
        if not self._rows_of(optimizer)[0]:
            return
        self._skipped += 1
        if self._listener is not None:
            self._listener.step_done()
        if self._is_logging:
            # The next step is logged instead.
            self._prepare()

    def _end_step(self) -> None:
        start = perf_counter()
        was_logging = self._is_logging
        if was_logging and not self._is_paused:
            self._write()
            if self._is_closed:
                return
        if self._listener is not None:
            self._listener.step_done()
            self._spent += self._listener.take_spent()
        self._step += 1
        self._count += 1
        self._begin_step()
        end = perf_counter()
        ours = self._spent + self._forward.spent + end - start - self._alarms.take_asked()
        self._schedule.step_done(was_logging, ours, end - self._began)
        self._spent = self._forward.spent = 0.0
        self._began = end
        self._schedule.choose(self._count)

    def _write(self) -> None:
        done = LoggingStep(
            self._step,
            time.time(),
            self._contents(),
            self._scalars_of_optimizer,
            self._devices.finish(with_magnitudes=self._with_magnitudes),
            tuple(self._scalings),
            {ACTIVATION: self._activations.order},
        )
        self._last_step = self._step
        self._logged += 1
        if done.arriving or done.scaling:
            # Nobody waits for the device: its numbers are read at the next step.
            self._late = done
        else:
            self._finish(done)

    def _arrive(self) -> None:
        """Finish the logging step that was on its way from other devices."""
        late, self._late = self._late, None
        self._scalings.clear()
        if late is not None:
            late.arrive()
            self._skipped += late.is_skipped
            self._alarm(late)
            self._finish(late)

    def _finish(self, done: LoggingStep) -> None:
        reason = self._recording.finish(done, self._owned, self._failure, self._skipped)
        if reason:
            self._detach()
            say(reason)

    def _owned(self, kind: str) -> Any:
        """bool[rows]: what this rank has that no other one has. Each has activations of its own."""
        if kind == ACTIVATION:
            return np.ones(len(self._activations.keys), bool)
        return self._parameters.owned(kind, self._ranks.rank)

    # -- what may go wrong ---------------------------------------------------------------------------------------

    def _rows_of(self, optimizer: Optimizer) -> tuple[int, TrainedRows]:
        """How many parameters of the model an optimizer has, and their rows; looked at when it has more or fewer."""
        size = sum(len(group["params"]) for group in optimizer.param_groups)
        known = self._rows.get(optimizer)
        if known is None or known[0] != size:
            owned = len({id(each) for each in parameters_of(optimizer)} & self._watched.trained)
            known = self._rows[optimizer] = size, owned, self._parameters.rows_of(parameters_of(optimizer))
        return known[1:]

    def fail(self, error: Exception) -> None:
        """A hook has raised: the watch ends, and the training goes on."""
        text = first_line(error)
        if self._ranks.is_reduced and not self._failure:
            # The others wait for this rank at the next logging step, and are told there.
            self._failure = text
            self._forward.disarm()
            return
        self._detach()
        say(f"the watch has ended at step {self._step:,}, training goes on: {text}")

    def _detach(self) -> None:
        self._is_closed = True
        if not self._ranks.is_idle:
            self._release()
        ended(self._watched.root, self)
        if self._listener is not None:
            self._listener.close()
        self._on_close(self)


def _remove(optimizers: OptimizerHooks, forward: ForwardHooks, handles: list[Any]) -> None:
    """Leave no hook. It is called with what does not hold the watch, also when that is gone."""
    forward.remove()
    optimizers.remove()
    while handles:
        handles.pop().remove()
