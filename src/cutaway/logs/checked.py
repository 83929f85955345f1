"""What the rules find in one run, for programs and for ``cutaway check``."""

import time

import numpy as np
from numpy.typing import NDArray

from cutaway.store.rules.finding import Finding
from cutaway.store.rules.run_findings import RunFindings
from cutaway.store.rules.run_judge import RULES
from cutaway.store.rules.run_record import RunRecord
from cutaway.store.rules.settings import RuleSettings


class Checked:
    """The findings of one run, and the curves that show them."""

    def __init__(self, record: RunRecord, settings: RuleSettings | None = None) -> None:
        self._record = record
        self._found = RunFindings(settings)
        #: Errors first, and last what there is not enough data to say.
        self.findings: list[Finding] = self._found.update(record, time.time())

    def title(self, finding: Finding) -> str:
        """The rule as a heading: ``Vanishing gradient``."""
        return next((about.title for about in RULES if about.name == finding.rule), "")

    def history(self, finding: Finding) -> NDArray[np.floating]:
        """float64[n]: what is wrong over the steps: a statistic of the first row, or the points of a loss."""
        return self._found.history(finding, self._record)
