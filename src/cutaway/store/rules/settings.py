"""The thresholds of all rules."""

from dataclasses import dataclass, fields


@dataclass(frozen=True)
class RuleSettings:
    """Thresholds, by the rule that they are of. A share is from 0 to 1, a ratio is of two root mean squares."""

    #: A finding needs so many logging steps in a row, unless its rule says otherwise.
    consecutive: int = 3
    #: What is usual of a row, the median of its last logging steps, and how many of them must be there.
    history: int = 100
    least_history: int = 50
    #: Findings of rows that begin within so many logging steps of each other are one finding, and so are those of one
    #: row with fewer between them.
    together: int = 20

    #: Vanishing gradient, all three: its mean magnitude, its ratio to the weights, and that against the median row's.
    vanishing_magnitude: float = 1e-7
    vanishing_ratio: float = 1e-6
    vanishing_against_median: float = 1e-3
    #: The first steps of a model with weights that are zero are not judged.
    vanishing_from_step: int = 100
    #: Exploding gradient: its norm against what is usual, how many standard deviations that is, of the logarithm, and
    #: its norm against the highest that was usual; against what is usual from `exploding_error` on it is an error.
    exploding_factor: float = 10.0
    exploding_deviations: float = 6.0
    exploding_jump: float = 3.0
    exploding_error: float = 1000.0
    #: Depth trend: decades of the gradient's rms from a block to the next, and from the least to the greatest.
    depth_slope: float = 0.5
    depth_spread: float = 4.0
    #: Blocks that a model must repeat before a rule compares them.
    least_blocks: int = 4
    #: Dead: the share of zeros in the output of a layer that cuts off what is negative.
    dead_share: float = 0.95
    #: All zero: from this step on, since layers may begin at zero.
    zero_from_step: int = 10
    #: Saturated: rms of the output of a tanh; of a sigmoid its variance over the greatest that its mean allows.
    saturated_tanh: float = 0.97
    saturated_sigmoid: float = 0.94
    #: Not updating: ratio of the update to the weights; or, in 16 bits, the share of elements that stay as they are.
    still_ratio: float = 1e-8
    still_share: float = 0.9
    #: Updates too large: the ratio of a warning and of an error, and the first step that is judged.
    large_ratio: float = 0.1
    large_ratio_error: float = 1.0
    large_from_step: int = 20
    #: Number range: the share of elements that are too small, or nearly too large, for their dtype.
    range_share: float = 0.1
    #: Outlier growth: the greatest magnitude over the rms, and against what is usual.
    outlier_crest: float = 100.0
    outlier_factor: float = 10.0
    #: Poor initialisation: greatest over least variance of the outputs of equal layers, in the first steps.
    initial_variance: float = 100.0
    initial_steps: int = 2
    #: Loss spike: standard deviations above what is usual, the rise as a share of it, and of what the loss fell by
    #: since the beginning. Layers that moved so many standard deviations within so many logging steps before are named.
    spike_deviations: float = 5.0
    spike_rise: float = 0.5
    spike_of_fall: float = 0.1
    moved_deviations: float = 5.0
    moved_before: int = 20
    #: Loss not falling: the least share by which it must fall, judged after so many steps and points.
    falling_share: float = 0.01
    falling_steps: int = 500
    falling_points: int = 50
    #: Overfitting: the rise of the validation loss above its best, as a share, and for so many evaluations.
    overfitting_share: float = 0.1
    overfitting_points: int = 5
    #: Stalled: seconds without a record, and against the usual gap.
    stalled_seconds: float = 1800.0
    stalled_factor: float = 10.0

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if not isinstance(value, int | float) or isinstance(value, bool) or not value > 0:
                raise ValueError(f"{field.name} must be a number above 0, not {value!r}")
