"""What TensorFlow's own tests of `tf.summary` and of `FileWriter` find, each told anew as a program of few lines.

Their names are those of `summary_test.py` and `writer/writer_test.py` of TensorFlow 2.21. Run by a Python with
TensorFlow, with "cutaway" or "tensorflow" and a new directory: JSON goes out, the failure of each. Where the only one
is the mark at the end of a file, that is "end mark"; where all is as it should be, an empty text.
"""

import json
import os
import resource
import signal
import sys
import threading
import time
import traceback
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

BEHAVIOURS: dict[str, Callable[[], None]] = {}
TWICE: list[str] = []
#: "cutaway" or "tensorflow", the module that is tested, and the directory of the behaviour that is shown.
library: str
tf: Any
here: Path
#: Whether writers get a session.
shares = False
#: The marks at the ends of files that were found. TensorFlow's tests want nothing behind what they recorded.
end_marks: list[Any] = []


def behaviour(name: str, twice: bool = False) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """TensorFlow's name; what it tests ``twice`` is tested with writers that have a session, too."""

    def add(show: Callable[[], None]) -> Callable[[], None]:
        BEHAVIOURS[name] = show
        if twice:
            TWICE.append(name)
        return show

    return add


def values(summary: bytes) -> Any:
    return tf.Summary.FromString(summary).value


def run(*operations: Any) -> Any:
    with tf.Session() as session:
        results = session.run(list(operations))
    return results if len(results) > 1 else results[0]


def ones(*shape: int) -> Any:
    return tf.constant(np.ones(shape, np.float32))


def events(directory: Path) -> list[list[Any]]:
    """The events of each file, in the order of the files' names, without the marks at the ends of our files."""
    from cutaway.events.records import payloads

    files = [[tf.Event.FromString(payload) for payload in payloads(file)] for file in sorted(directory.glob("event*"))]
    for file in files:
        if library == "cutaway" and file[-1].session_log.status == tf.SessionLog.STOP:
            end_marks.append(file.pop())
    return files


def refuses(errors: Any, function: Callable[[], Any]) -> None:
    try:
        function()
    except errors:
        return
    raise AssertionError("nothing was refused")


def writer(*arguments: Any, **named: Any) -> Any:
    if shares:
        named.setdefault("session", tf.Session())
    return tf.summary.FileWriter(str(here / "log"), *arguments, **named)


def number(tag: str, value: float) -> Any:
    return tf.Summary(value=[tf.Summary.Value(tag=tag, simple_value=value)])


def start() -> Any:
    return tf.SessionLog(status=tf.SessionLog.START)


# -- summary_test.py -----------------------------------------------------------------------------------------------


@behaviour("testScalarSummary")
def a_scalar_within_a_scope() -> None:
    with tf.name_scope("outer"):
        summary = tf.summary.scalar("inner", tf.constant(3))
    (value,) = values(run(summary))
    assert (value.tag, value.simple_value) == ("outer/inner", 3)


@behaviour("testScalarSummaryWithFamily")
def scalars_of_a_family() -> None:
    with tf.name_scope("outer"):
        both = [tf.summary.scalar("inner", tf.constant(7), family="family") for _ in range(2)]
    assert [summary.op.name for summary in both] == ["outer/family/inner", "outer/family/inner_1"]
    found = [(value.tag, value.simple_value) for summary in run(*both) for value in values(summary)]
    assert found == [("family/outer/family/inner", 7), ("family/outer/family/inner_1", 7)]


@behaviour("testSummarizingVariable")
def a_variable() -> None:
    summary = tf.summary.scalar("summary", tf.Variable(tf.constant(42.0)))
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        (value,) = values(session.run(summary))
    assert (value.tag, value.simple_value) == ("summary", 42)


@behaviour("testImageSummary")
def pictures() -> None:
    with tf.name_scope("outer"):
        summary = tf.summary.image("inner", ones(5, 4, 4, 3), max_outputs=3)
    assert [value.tag for value in values(run(summary))] == [f"outer/inner/image/{i}" for i in range(3)]


@behaviour("testImageSummaryWithFamily")
def pictures_of_a_family() -> None:
    with tf.name_scope("outer"):
        summary = tf.summary.image("inner", ones(5, 2, 3, 1), max_outputs=3, family="family")
    assert summary.op.name == "outer/family/inner"
    assert [value.tag for value in values(run(summary))] == [f"family/outer/family/inner/image/{i}" for i in range(3)]


@behaviour("testHistogramSummary")
def a_histogram() -> None:
    with tf.name_scope("outer"):
        summary = tf.summary.histogram("inner", ones(5, 4, 4, 3))
    assert [value.tag for value in values(run(summary))] == ["outer/inner"]


@behaviour("testHistogramSummaryWithFamily")
def a_histogram_of_a_family() -> None:
    with tf.name_scope("outer"):
        summary = tf.summary.histogram("inner", ones(5, 4, 4, 3), family="family")
    assert summary.op.name == "outer/family/inner"
    assert [value.tag for value in values(run(summary))] == ["family/outer/family/inner"]


@behaviour("testHistogramSummaryTypes")
def histograms_of_any_numbers() -> None:
    for dtype in (tf.int8, tf.uint8, tf.int16, tf.int32, tf.float32, tf.float64):
        (value,) = values(run(tf.summary.histogram("h", tf.constant(10, dtype))))
        assert (value.histo.num, value.histo.sum) == (1, 10)


@behaviour("testAudioSummary")
def sounds() -> None:
    with tf.name_scope("outer"):
        summary = tf.summary.audio("inner", ones(5, 3, 4), 0.2, max_outputs=3)
    assert [value.tag for value in values(run(summary))] == [f"outer/inner/audio/{i}" for i in range(3)]


@behaviour("testAudioSummaryWithFamily")
def sounds_of_a_family() -> None:
    with tf.name_scope("outer"):
        summary = tf.summary.audio("inner", ones(5, 3, 4), 0.2, max_outputs=3, family="family")
    assert summary.op.name == "outer/family/inner"
    assert [value.tag for value in values(run(summary))] == [f"family/outer/family/inner/audio/{i}" for i in range(3)]


@behaviour("testAudioSummaryWithInvalidSampleRate")
def two_sample_rates() -> None:
    refusals = (tf.errors.InvalidArgumentError, ValueError)
    refuses(refusals, lambda: run(tf.summary.audio("a", [[1.0]], [22000.0, 22000.0])))


@behaviour("testTextSummary")
def texts() -> None:
    refuses(ValueError, lambda: tf.summary.text("foo", tf.constant(1)))
    for given in (["one", "two", "three"], "one"):
        assert tf.summary.text("foo", tf.constant(given)).op.type == "TensorSummaryV2"


@behaviour("testSummaryNameConversion")
def names_are_cleaned() -> None:
    names = ["name with spaces", "name with many $#illegal^: characters!", "/name/with/leading/slash"]
    assert [tf.summary.scalar(name, tf.constant(3)).op.name for name in names] == [
        "name_with_spaces",
        "name_with_many___illegal___characters_",
        "name/with/leading/slash",
    ]


@behaviour("testSummaryWithFamilyMetaGraphExport")
def a_scope_moves_to_another_graph() -> None:
    with tf.name_scope("outer"):
        tf.summary.scalar("inner", tf.constant(11))
        tf.summary.scalar("inner", tf.constant(11), family="family")
    meta_graph = tf.train.export_meta_graph(export_scope="outer")
    with tf.Graph().as_default() as graph:
        tf.train.import_meta_graph(meta_graph, import_scope="new_outer")
        moved = [graph.get_tensor_by_name(f"new_outer/{name}:0") for name in ("inner", "family/inner")]
        tags = [value.tag for summary in run(*moved) for value in values(summary)]
    assert tags == ["outer/inner", "family/outer/family/inner"]


# -- writer_test.py ------------------------------------------------------------------------------------------------


def check_beginning(event: Any) -> None:
    assert event.file_version == "brain.Event:2"
    assert 0 <= time.time() - event.wall_time < 3600


def a_graph() -> Any:
    with tf.Graph().as_default() as graph:
        tf.constant([12], name="douze")
    return graph


def check_graph(graph_def: Any) -> None:
    """There is the graph, then its MetaGraphDef, and nothing else."""
    ((first, graph, meta_graph),) = events(here / "log")
    check_beginning(first)
    assert (graph.step, meta_graph.step) == (0, 0)
    assert tf.GraphDef.FromString(graph.graph_def) == graph_def
    expected = tf.train.export_meta_graph(graph_def=graph_def)
    assert tf.MetaGraphDef.FromString(meta_graph.meta_graph_def) == expected


@behaviour("testAddingSummaryGraphAndRunMetadata", twice=True)
def everything_that_is_added() -> None:
    log = writer()
    log.add_session_log(start(), 1)
    log.add_summary(number("mee", 10.0), 10)
    log.add_summary(number("boo", 20.0), 20)
    graph = a_graph()
    log.add_graph(graph, global_step=30)
    metadata = tf.RunMetadata()
    metadata.step_stats.dev_stats.add().device = "test"
    log.add_run_metadata(metadata, "test run", global_step=40)
    log.close()
    ((first, session_log, mee, boo, recorded, run_metadata),) = events(here / "log")
    check_beginning(first)
    assert (session_log.step, session_log.session_log.status) == (1, tf.SessionLog.START)
    assert (mee.step, mee.summary) == (10, number("mee", 10.0))
    assert (boo.step, boo.summary) == (20, number("boo", 20.0))
    assert recorded.step == 30
    assert tf.GraphDef.FromString(recorded.graph_def) == graph.as_graph_def(add_shapes=True)
    assert (run_metadata.step, run_metadata.tagged_run_metadata.tag) == (40, "test run")
    assert tf.RunMetadata.FromString(run_metadata.tagged_run_metadata.run_metadata) == metadata


@behaviour("testGraphAsNamed", twice=True)
def a_graph_by_its_name() -> None:
    graph = a_graph()
    writer(graph=graph).close()
    check_graph(graph.as_graph_def(add_shapes=True))


@behaviour("testGraphAsPositional", twice=True)
def a_graph_by_its_position() -> None:
    graph = a_graph()
    writer(graph).close()
    check_graph(graph.as_graph_def(add_shapes=True))


@behaviour("testGraphDefAsNamed", twice=True)
def a_graph_def_by_its_name() -> None:
    graph_def = a_graph().as_graph_def()
    writer(graph_def=graph_def).close()
    check_graph(graph_def)


@behaviour("testGraphDefAsPositional", twice=True)
def a_graph_def_by_its_position() -> None:
    graph_def = a_graph().as_graph_def()
    writer(graph_def).close()
    check_graph(graph_def)


@behaviour("testGraphAndGraphDef", twice=True)
def a_graph_twice() -> None:
    graph = a_graph()
    refuses(ValueError, lambda: writer(graph=graph, graph_def=graph.as_graph_def()))


@behaviour("testNeitherGraphNorGraphDef", twice=True)
def a_text_for_a_graph() -> None:
    refuses(TypeError, lambda: writer("string instead of graph object"))


@behaviour("testCloseAndReopen", twice=True)
def a_writer_begins_a_new_file() -> None:
    log = writer()
    for step in (1, 2):
        log.add_session_log(start(), step)
        log.close()
        if step == 1:
            another_second()
            log.reopen()
    files = events(here / "log")
    for file in files:
        check_beginning(file[0])
    assert [[event.step for event in file[1:]] for file in files] == [[1], [2]]


def another_second() -> None:
    """TensorFlow's files of one second have one name."""
    if library == "tensorflow":
        time.sleep(1.1)


@behaviour("testNonBlockingClose", twice=True)
def closing_comes_to_an_end() -> None:
    writer().close()


@behaviour("testUseAfterClose", twice=True)
def a_closed_writer_warns_and_drops() -> None:
    log = writer()
    log.close()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        log.add_summary(tf.Summary())
        log.add_session_log(tf.SessionLog())
        log.add_graph(tf.Graph())
    assert [warning.category for warning in caught] == [UserWarning] * 3


@behaviour("testWithStatement", twice=True)
def a_block() -> None:
    with writer() as log:
        log.add_session_log(start(), 1)
    assert len(list((here / "log").glob("event*"))) == 1


@behaviour("testAddingSummariesFromSessionRunCalls", twice=True)
def steps_from_a_session() -> None:
    log = writer()
    first, second = run(tf.constant(1, tf.int32), tf.constant(2, tf.int64))
    log.add_summary(number("i", 1.0).SerializeToString(), first)
    log.add_summary(number("l", 2.0), second)
    log.close()
    ((beginning, *found),) = events(here / "log")
    check_beginning(beginning)
    assert [(event.step, event.summary) for event in found] == [(1, number("i", 1.0)), (2, number("l", 2.0))]


@behaviour("testPluginMetadataStrippedFromSubsequentEvents", twice=True)
def metadata_comes_once() -> None:
    log = writer()
    log.add_session_log(start(), 1)

    def described() -> Any:
        summary = number("foo", 10.0)
        summary.value[0].metadata.plugin_data.plugin_name = "bar"
        summary.value[0].metadata.plugin_data.content = b"... content ..."
        return summary

    for _ in range(2):
        log.add_summary(described(), 10)
    log.close()
    ((_, _, *found),) = events(here / "log")
    assert [event.summary for event in found] == [described(), number("foo", 10.0)]


@behaviour("testFileWriterWithSuffix", twice=True)
def files_have_a_suffix() -> None:
    log = writer(filename_suffix="_test_suffix")
    for _ in range(10):
        log.add_summary(number("float_ten", 10.0), 10)
        log.close()
        log.reopen()
    log.close()
    assert {file.name[-12:] for file in (here / "log").glob("event*")} == {"_test_suffix"}


@behaviour("testPluginAssetSerialized", twice=True)
def a_graph_has_assets() -> None:
    from tensorflow.python.summary import plugin_asset

    class Example(plugin_asset.PluginAsset):  # type: ignore[misc]
        plugin_name = "example"

        def assets(self) -> dict[str, str]:
            return {"foo.txt": "foo!", "bar.txt": "bar!"}

    with tf.Graph().as_default() as graph:
        plugin_asset.get_plugin_asset(Example)
        writer().add_graph(graph)
    folder = here / "log" / "plugins" / "example"
    assert ((folder / "foo.txt").read_text(), (folder / "bar.txt").read_text()) == ("foo!", "bar!")


class FakeWriteError(OSError):
    pass


@contextmanager
def full_disk(log: Any) -> Iterator[None]:
    """No record is written: TensorFlow's writer is told so, ours finds it out."""
    if library == "tensorflow":
        real, worker = log.event_writer._worker._ev_writer, log.event_writer._worker

        class Full:
            def WriteEvent(self, event: Any) -> None:  # noqa: N802
                second_is_there.wait()
                raise FakeWriteError

            def __getattr__(self, name: str) -> Any:
                return getattr(real, name)

        worker._ev_writer = Full()
        yield
        return
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (log.event_writer.path.stat().st_size, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


second_is_there = threading.Event()


@behaviour("testWriterException_raisedFromFlush")
def flush_raises() -> None:
    log = tf.summary.FileWriter(str(here / "log"))
    with full_disk(log):
        for _ in range(2):
            log.add_event(tf.Event())
        second_is_there.set()
        refuses(OSError, log.flush)


@behaviour("testWriterException_raisedFromClose")
def close_raises() -> None:
    log = tf.summary.FileWriter(str(here / "log"))
    second_is_there.set()
    with full_disk(log):
        log.add_event(tf.Event())
        refuses(OSError, log.close)


@behaviour("testWriterException_raisedFromAddEvent")
def adding_raises() -> None:
    log = tf.summary.FileWriter(str(here / "log"))
    second_is_there.set()
    with full_disk(log):
        log.add_event(tf.Event())
        if library == "tensorflow":
            log.event_writer._worker.join()
        refuses(OSError, lambda: log.add_event(tf.Event()))


@behaviour("testWriterException_raisedFromPendingAddEvent")
def adding_to_a_full_queue_raises() -> None:
    log = tf.summary.FileWriter(str(here / "log"), max_queue=1)
    with full_disk(log):
        for _ in range(2):
            log.add_event(tf.Event())
        threading.Timer(0.1, second_is_there.set).start()
        refuses(OSError, lambda: log.add_event(tf.Event()))


def tags(directory: Path) -> list[list[str]]:
    return [[value.tag for event in file for value in event.summary.value] for file in events(directory)]


@behaviour("testSharing_withOtherSessionBasedFileWriters")
def writers_of_a_session_share_a_file() -> None:
    def add(session: Any, directory: str, tag: str, step: int) -> None:
        log = tf.summary.FileWriter(session=session, logdir=str(here / directory))
        log.add_summary(tf.Summary(value=[tf.Summary.Value(tag=tag)]), step)
        log.flush()

    with tf.Session() as session:
        add(session, "log", "one", 1)
        add(session, "log", "two", 2)
        add(session, "other", "three", 3)
        another_second()
        with tf.Session() as other:
            add(other, "log", "four", 4)
        add(session, "log", "five", 5)
    assert tags(here / "log") == [["one", "two", "five"], ["four"]]
    assert tags(here / "other") == [["three"]]


@behaviour("testSharing_withExplicitSummaryFileWriters")
def writers_share_with_those_of_operations() -> None:
    from tensorflow.python.ops import summary_ops_v2

    with tf.Session() as session:
        log = tf.summary.FileWriter(session=session, logdir=str(here / "log"))
        log.add_summary(tf.Summary(value=[tf.Summary.Value(tag="one")]), 1)
        log.flush()
        another = summary_ops_v2.create_file_writer(logdir=str(here / "log"))
        with summary_ops_v2.always_record_summaries(), another.as_default():
            summary = summary_ops_v2.scalar("two", 2.0, step=2)
        for operation in (another.init(), summary, another.flush()):
            session.run(operation)
    assert tags(here / "log") == [["one", "two"]]


@behaviour("testSummaryFileWritersInvalidInput")
def writers_of_operations_refuse_two_intervals() -> None:
    from tensorflow.python.ops import summary_ops_v2

    def make() -> None:
        another = summary_ops_v2.create_file_writer(logdir=str(here / "log"), flush_millis=[1, 2])
        with tf.Session() as session:
            session.run(another.init())
            session.run(another.flush())

    refuses(tf.errors.InvalidArgumentError, make)


@behaviour("test_cache")
def a_cache_has_one_writer_for_a_directory() -> None:
    cache = tf.summary.FileWriterCache
    first, second = cache.get(str(here / "first")), cache.get(str(here / "second"))
    assert cache.get(str(here / "first")) is first
    assert first is not second
    first.close()
    second.close()
    assert [len(list((here / name).glob("event*"))) for name in ("first", "second")] == [1, 1]


@behaviour("test_clear")
def a_cache_forgets() -> None:
    cache = tf.summary.FileWriterCache
    first = cache.get(str(here / "log"))
    cache.clear()
    assert cache.get(str(here / "log")) is not first


def _main() -> None:
    global library, tf, here, shares
    library = sys.argv[1]
    if library == "cutaway":
        from cutaway.compat import v1

        tf = v1
    else:
        import tensorflow.compat.v1

        tf = tensorflow.compat.v1
        tf.disable_eager_execution()
    failures = {}
    for name, shared in [(name, False) for name in BEHAVIOURS] + [(name, True) for name in TWICE]:
        shares = shared
        label = f"{name}, session" if shared else name
        here = Path(sys.argv[2]) / label
        here.mkdir(parents=True)
        second_is_there.clear()
        end_marks.clear()
        tf.reset_default_graph()
        try:
            BEHAVIOURS[name]()
            failures[label] = "end mark" if end_marks else ""
        except Exception:
            failures[label] = traceback.format_exc()
    print(json.dumps(failures))
    sys.stdout.flush()
    # TensorFlow's writers that failed wait for their threads.
    os._exit(0)


if __name__ == "__main__":
    _main()
