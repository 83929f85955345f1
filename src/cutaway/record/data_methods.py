"""The methods of SummaryWriter for numbers and texts."""

from collections.abc import Sequence
from typing import Any

from cutaway.record.custom_scalars import Layout, layout_value, to_layout
from cutaway.record.embedding import embedding_files, step_label, write_embedding
from cutaway.record.histogram import histogram_value, raw_histogram_value, tensorflow_edges
from cutaway.record.pr_curve import pr_curve_value, raw_pr_curve_value
from cutaway.record.recorder import Recorder, check_tag
from cutaway.record.tensor import tensor_value, text_value


class DataMethods(Recorder):
    """Histograms, texts, tensors, curves, layouts and embeddings.

    All of them raise TypeError or ValueError that says which argument was not accepted and why; then nothing is
    recorded. ``global_step`` is an integer, or None for 0; ``walltime`` is in seconds since the epoch, by default now.
    """

    def __init__(self) -> None:
        # The layout that the calls of add_custom_scalars have asked for so far.
        self._layout: dict[str, dict[str, Any]] = {}
        # The edges that stand for ``tensorflow``, once a program has looked at them.
        self._default_bins: Any = None

    @property
    def default_bins(self) -> Any:
        """The edges of the bins of ``add_histogram``, as a list; a program may set others, in any form of ``bins``."""
        if self._default_bins is None:
            self._default_bins = tensorflow_edges().tolist()
        return self._default_bins

    @default_bins.setter
    def default_bins(self, bins: Any) -> None:
        self._default_bins = bins

    def add_histogram(
        self,
        tag: str,
        values: Any,
        global_step: Any = None,
        bins: Any = "tensorflow",
        walltime: float | None = None,
        max_bins: int | None = None,
    ) -> None:
        """Record how numbers are distributed.

        ``values``: numbers of any shape; NaN and infinities are counted apart. ``bins``: ``tensorflow`` (each bin 1.1
        times as wide as the one before), a rule of ``numpy.histogram_bin_edges``, a number of bins, or ascending edges.
        ``max_bins``: bins are joined until there are no more.
        """
        if isinstance(bins, str) and bins == "tensorflow" and self._default_bins is not None:
            bins = self._default_bins
        self._add_values([histogram_value(check_tag(tag), values, bins, max_bins)], global_step, walltime)

    def add_histogram_raw(
        self,
        tag: str,
        min: float,  # noqa: A002
        max: float,  # noqa: A002
        num: float,
        sum: float,  # noqa: A002
        sum_squares: float,
        bucket_limits: Any,
        bucket_counts: Any,
        global_step: Any = None,
        walltime: float | None = None,
    ) -> None:
        """Record a histogram that was counted elsewhere: right edges, counts, and what the numbers add up to."""
        value = raw_histogram_value(check_tag(tag), min, max, num, sum, sum_squares, bucket_limits, bucket_counts)
        self._add_values([value], global_step, walltime)

    def add_text(self, tag: str, text_string: Any, global_step: Any = None, walltime: float | None = None) -> None:
        """Record a text (Markdown), or a list or array of texts, which is shown as a table.

        It is found under the tag and ``/text_summary``, as with PyTorch's writer.
        """
        self._add_values([text_value(check_tag(tag), text_string)], global_step, walltime)

    def add_tensor(self, tag: str, tensor: Any, global_step: Any = None, walltime: float | None = None) -> None:
        """Record a tensor of any shape and number type as it is; bfloat16 as float32."""
        self._add_values([tensor_value(check_tag(tag), tensor)], global_step, walltime)

    def add_pr_curve(
        self,
        tag: str,
        labels: Any,
        predictions: Any,
        global_step: Any = None,
        num_thresholds: int = 127,
        weights: Any = None,
        walltime: float | None = None,
    ) -> None:
        """Record precision and recall over thresholds from 0 to 1.

        ``labels``: 0, 1, or what share of the sample is positive; ``predictions``: in [0, 1], others are not counted,
        with a RecordingWarning; ``weights``: None, or one each.
        """
        value = pr_curve_value(check_tag(tag), labels, predictions, num_thresholds, weights)
        self._add_values([value], global_step, walltime)

    def add_pr_curve_raw(
        self,
        tag: str,
        true_positive_counts: Any,
        false_positive_counts: Any,
        true_negative_counts: Any,
        false_negative_counts: Any,
        precision: Any,
        recall: Any,
        global_step: Any = None,
        num_thresholds: int = 127,
        weights: Any = None,
        walltime: float | None = None,
    ) -> None:
        """Record a curve that was counted elsewhere: six columns, a number for each threshold.

        ``num_thresholds`` and ``weights`` are accepted, as PyTorch's writer does, and change nothing: the columns say
        how many thresholds there are, and the counts hold the weights already.
        """
        columns = {
            "true_positive_counts": true_positive_counts,
            "false_positive_counts": false_positive_counts,
            "true_negative_counts": true_negative_counts,
            "false_negative_counts": false_negative_counts,
            "precision": precision,
            "recall": recall,
        }
        self._add_values([raw_pr_curve_value(check_tag(tag), columns)], global_step, walltime)

    def add_custom_scalars(self, layout: Layout) -> None:
        """Record a layout of charts: ``{category: {chart: ['Multiline', tags] or ['Margin', [value, lower, upper]]}}``.

        Tags of a ``Multiline`` chart are regular expressions. Layouts of several calls add up.
        """
        for category, charts in to_layout(layout).items():
            self._layout.setdefault(category, {}).update(charts)
        self._add_values([layout_value(self._layout)], None, None)

    def add_custom_scalars_multilinechart(
        self, tags: Sequence[str], category: str = "default", title: str = "untitled"
    ) -> None:
        """Record that a chart shows all tags that match one of some regular expressions."""
        self.add_custom_scalars({category: {title: ["Multiline", tags]}})

    def add_custom_scalars_marginchart(
        self, tags: Sequence[str], category: str = "default", title: str = "untitled"
    ) -> None:
        """Record that a chart shows a value with a band: three tags, the value, its lower and its upper bound."""
        self.add_custom_scalars({category: {title: ["Margin", tags]}})

    def add_embedding(
        self,
        mat: Any,
        metadata: Sequence[Any] | None = None,
        label_img: Any = None,
        global_step: Any = None,
        tag: str = "default",
        metadata_header: Sequence[str] | None = None,
    ) -> None:
        """Write vectors for TensorBoard's projector into the run's directory.

        ``mat`` [n, dimensions]; ``metadata``: n labels, or n rows with a ``metadata_header``; ``label_img``
        [n, channels, height, width]. ``global_step`` may be a word too. When the disk refuses the files, a
        RecordingWarning says that the embedding is lost.
        """
        tag, step = check_tag(tag), step_label(self._default_step if global_step is None else global_step)
        embedding = embedding_files(mat, metadata, label_img, step, tag, metadata_header)
        if self._events.is_on_disk:
            self._beside(
                lambda: write_embedding(self._directory, embedding),
                "",
                "embeddings",
                f"and {tag!r} at step {step.lstrip('0') or 0} is lost",
            )
