"""A model's structure, recorded where a framework starts to train it: nothing about it may stop the training."""

import warnings
from typing import Any

from cutaway.events.writer import RecordingWarning
from cutaway.record.summary_writer import SummaryWriter


def record_structure(writer: SummaryWriter, model: Any, input_data: Any = None, **options: Any) -> bool:
    """`SummaryWriter.add_model`; where the model cannot be captured, a RecordingWarning says why. Whether it was."""
    try:
        writer.add_model(model, input_data, **options)
    except Exception as error:
        # Whatever the model's own code raises.
        reason = " ".join(str(error).split())
        text = f"the structure of {type(model).__name__} is not recorded: {type(error).__name__}: {reason[:300]}"
        warnings.warn(text, RecordingWarning, stacklevel=3)
        return False
    return True
