"""Why a forward failed: which layer, what it is made for, where in the user's code, and what to change."""

from cutaway.model.capture.recorder import Recorder
from cutaway.model.trace import Failure


def failure(error: Exception, recorder: Recorder) -> Failure:
    """What is known of the exception that ended the recorded forward."""
    return Failure(recorder.failed_call, recorder.failed_function(error), type(error).__name__, str(error))
