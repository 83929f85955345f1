"""TensorFlow 1's scripts on TensorFlow 2: when graph mode is switched on, what is said then, scripts as written."""

import subprocess
from pathlib import Path

import pytest
from tests.conformance.tensorflow_programs import ENVIRONMENT, TENSORFLOW_PYTHON, Done, run_programs
from tests.patience import LONG_PATIENCE

import cutaway

pytestmark = pytest.mark.slow

#: A script for TensorFlow 1, of which only the import is changed; it closes nothing.
SCRIPT = (Path(__file__).resolve().parents[2] / "examples" / "first_summary.py").read_text("utf-8")
#: What runs before it in the third environment.
EAGER = """
import tensorflow
weights = tensorflow.Variable([1.0, 2.0], name="weights")
product = weights * 2.0
"""


def check_script(directory: Path) -> None:
    run = cutaway.open(directory / "log")["."]
    assert run.scalars("x_label").value.tolist() == list(range(-5, 6))
    assert run.scalars("pingfang").value.tolist() == [25, 16, 9, 4, 1, 0, 1, 4, 9, 16, 25]
    assert run.scalars("pingfang").step.tolist() == list(range(11))
    assert {"graph", "meta_graph"} <= set(run.kinds)
    assert run.damage == []


@pytest.mark.parametrize("before", ["", EAGER], ids=["TensorFlow 2", "TensorFlow 2 that ran eagerly"])
def test_a_script_with_one_line_changed(tmp_path: Path, before: str) -> None:
    (tmp_path / "script.py").write_text(before + SCRIPT)
    command = [str(TENSORFLOW_PYTHON), "script.py"]
    done = subprocess.run(command, cwd=tmp_path, env=ENVIRONMENT, capture_output=True, text=True, timeout=LONG_PATIENCE)
    assert done.returncode == 0, done.stderr
    check_script(tmp_path)
    assert ("the variable 'weights'" in done.stderr) == bool(before)


def test_summaries_alone_import_no_tensorflow(tmp_path: Path) -> None:
    program = (
        "import sys\nfrom cutaway.compat import v1 as tf\ntf.summary.scalar('t', 1.0)\n"
        "with tf.Session() as session, tf.summary.FileWriter('log') as writer:\n"
        "    writer.add_summary(session.run(tf.summary.merge_all()))\n"
        "assert tf.compat.v1 is tf and tf.Summary and 'tensorflow' not in sys.modules\n"
    )
    command = [str(TENSORFLOW_PYTHON), "-c", program]
    done = subprocess.run(command, cwd=tmp_path, env=ENVIRONMENT, capture_output=True, text=True, timeout=LONG_PATIENCE)
    assert done.returncode == 0, done.stderr


#: Each runs after `import tensorflow` in the same process, and fails where it finds something else than it says.
PROGRAMS = {
    "names that build no graph": """
import tensorflow
from cutaway.compat import v1 as tf
assert tf.float32 is tensorflow.float32 and tf.compat.as_bytes("a") == b"a"
tf.flags.DEFINE_float("rate", 0.1, "the learning rate")
names = [tf.summary.FileWriter, tf.Summary, tf.ConfigProto(), tf.errors.OpError, tf.OpError, tf.gfile.Exists("."),
    tf.logging.INFO, tf.Tensor, tf.GraphKeys.SUMMARIES, tf.AUTO_REUSE, tf.VERSION, tf.__version__, tf.RunMetadata()]
assert isinstance(tensorflow.constant(1.0) + 1, tf.Tensor) and tensorflow.executing_eagerly()
tf.placeholder(tf.float32)
assert not tensorflow.executing_eagerly()
""",
    "the session comes first": """
import tensorflow
from cutaway.compat import v1 as tf
session = tf.Session()
assert not tensorflow.executing_eagerly()
x = tf.Variable(3.0)
session.run(tf.global_variables_initializer())
assert session.run(x * 2) == 6 and isinstance(session, tf.Session) and isinstance(session, tensorflow.compat.v1.Session)
""",
    "an interactive session": """
from cutaway.compat import v1 as tf
session = tf.InteractiveSession()
x = tf.placeholder(tf.float32, [2])
assert x.eval({x: [1, 2]}).tolist() == [1, 2] and tf.reduce_sum(x).eval(feed_dict={x: [1, 2]}) == 3
box = [1.0]
ours, theirs = tf.summary.scalar("ours", lambda: box[0]), tf.summary.scalar("theirs", x[0])
tags = [tf.Summary.FromString(summary).value[0].tag for summary in session.run([ours, theirs], {x: [5, 6]})]
assert tags == ["ours", "theirs"]
session.close()
""",
    "names are mixed": """
import tensorflow
from cutaway.compat import v1 as tf
assert tf.compat.v1 is tf and tf.compat.v1.summary is tf.summary and tf.compat.v1.Session is tf.Session
assert tf.compat.v1.Variable is tf.Variable and tf.compat.v2.Tensor is tf.Tensor
v1 = tf.compat.v1
x = v1.placeholder(tf.float32, [], name="x")
v1.summary.scalar("a", x)
tf.summary.scalar("b", tf.math.square(x))
tensorflow.compat.v1.summary.scalar("c", x)
merged = v1.summary.merge_all()
with v1.Session() as session, v1.summary.FileWriter("log", session.graph) as writer:
    assert type(writer).__module__.startswith("cutaway.")
    writer.add_summary(session.run(merged, {x: 3}), 1)
""",
    "eager mode is kept": """
import tensorflow
from cutaway.compat import v1 as tf
tf.configure(keep_eager=True)
x = tf.Variable(3.0)
assert tensorflow.executing_eagerly() and tf.executing_eagerly() and float(x + 1) == 4
tf.summary.scalar("x", x)
with tf.Session() as session:
    assert session.run(x) == 3 and session.run(tf.assign_add(x, 1.0)) == 4
    assert tf.Summary.FromString(session.run(tf.summary.merge_all())).value[0].simple_value == 4
    try:
        session.run(tf.global_variables_initializer())
        raise AssertionError
    except TypeError as error:
        assert "In eager mode of TensorFlow 2, operations run at once" in str(error), error
""",
    "a script for eager mode": """
from cutaway.compat import v1 as tf
tf.enable_eager_execution()
assert tf.executing_eagerly() and float(tf.constant(1.0) + 1) == 2
""",
    "a script that says itself what it wants": """
import tensorflow
from cutaway.compat import v1 as tf
tf.disable_eager_execution()
assert type(tf.placeholder(tf.float32, [None, 3]).shape[1]) is int
double = tf.py_function(lambda value: tf.multiply(value, 2.0) if tensorflow.executing_eagerly() else None,
    [tf.constant(2.0)], tf.float32)
assert tf.Session().run(double) == 4 and not tensorflow.executing_eagerly()
""",
    "a function that runs eagerly": """
import tensorflow
from cutaway.compat import v1 as tf
double = tf.py_function(lambda value: tf.multiply(value, 2.0), [tf.constant(2.0)], tf.float32)
assert tf.Session().run(double) == 4 and not tensorflow.executing_eagerly()
""",
    "a graph within an eager program": """
import tensorflow
from cutaway.compat import v1 as tf
with tensorflow.Graph().as_default() as graph:
    x = tf.placeholder(tf.float32, [])
    summary = tf.summary.scalar("x", x)
    with tf.Session() as session:
        session.run(summary, {x: 1})
with tf.Session(graph=graph) as session:
    assert tf.Summary.FromString(session.run(summary, {x: 2})).value[0].simple_value == 2
assert tensorflow.executing_eagerly()
""",
    "too late for eager mode": """
from cutaway.compat import v1 as tf
tf.zeros([2])
tf.configure(keep_eager=False)
try:
    tf.configure(keep_eager=True)
    raise AssertionError
except RuntimeError as error:
    assert "must come before tf.zeros, which switched graph mode on" in str(error), error
""",
    "what ran eagerly is named": """
import warnings
import tensorflow
from cutaway.compat import v1 as tf
weights = tensorflow.Variable([1.0, 2.0], name="kernel")
several = [tensorflow.zeros([3, number]) for number in range(6)]
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    tf.placeholder(tf.float32)
    tf.constant(1.0)
(warning,) = [warning for warning in caught if "cutaway" in str(warning.message)]
said = str(warning.message)
assert said.startswith("tf.placeholder switched TensorFlow's graph mode on, and what ran eagerly before is in no graph")
assert "(float32, shape (3, 0))" in said and "and 2 more" in said, said
assert "configure(keep_eager=True)" in said and warning.category is RuntimeWarning
assert warning.filename == "what ran eagerly is named.py", warning.filename
""",
    "what a session finds is named": """
import warnings
import tensorflow
from cutaway.compat import v1 as tf
weights = tensorflow.Variable([1.0, 2.0], name="kernel")
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    tf.Session()
(warning,) = [warning for warning in caught if "cutaway" in str(warning.message)]
assert "the variable 'kernel' (float32, shape (2,), held as weights)" in str(warning.message), warning.message
assert warning.filename == "what a session finds is named.py", warning.filename
""",
    "what is gone is not named": """
import warnings
import tensorflow
from cutaway.compat import v1 as tf
assert float(tensorflow.random.normal([3])[0] * tensorflow.Variable(0.0)) == 0
with tensorflow.Graph().as_default():
    tensorflow.compat.v1.Variable(1.0)
warnings.simplefilter("error")
tf.placeholder(tf.float32)
""",
    "what ran eagerly is refused": """
import tensorflow
from cutaway.compat import v1 as tf
early = tensorflow.Variable(2.0, name="early")
product = early * 2
x = tf.placeholder(tf.float32, name="x")
session = tf.Session()
variable = "the variable 'early' (float32, shape ()), which ran eagerly before graph mode was on"
tensor = variable.replace("the variable 'early'", "a tensor")
for use, said in (
    (lambda: tf.summary.scalar("early", early), "tensor must be in TensorFlow's graph, got " + variable),
    (lambda: tf.summary.histogram("product", product), "tensor must be in TensorFlow's graph, got " + tensor),
    (lambda: session.run({"a": [x, early]}, {x: 1}), "fetches must be in TensorFlow's graph, got " + variable),
    (lambda: session.run([x, None], {x: 1}), "fetches must not be None"),
):
    try:
        use()
        raise AssertionError(said)
    except TypeError as error:
        assert str(error).startswith(said), error
""",
    "a session of values, then a graph": """
import tensorflow
from cutaway.compat import v1 as tf
tf.summary.scalar("a", lambda: 1.0)
session = tf.Session()
assert tensorflow.executing_eagerly()
for symbol in (tf.placeholder(tf.float32, name="x"), tf.no_op(), tf.Variable(1.0)):
    try:
        session.run(symbol)
        raise AssertionError
    except TypeError as error:
        assert "the session was made before the graph" in str(error), error
""",
    "nothing to run": """
from cutaway.compat import v1 as tf
x = tf.placeholder(tf.float32)
for session in (tf.Session(), tf.InteractiveSession()):
    try:
        session.run(tf.summary.merge_all())
        raise AssertionError
    except TypeError as error:
        assert "merge_all() gives None where no summaries are defined" in str(error), error
""",
    "names that TensorFlow 2 lacks": """
from cutaway.compat import v1 as tf
import tensorflow
for name in ("contrib", "no_such_name"):
    try:
        getattr(tf, name)
        raise AssertionError
    except AttributeError as error:
        assert str(error) == f"TensorFlow {tensorflow.__version__} has no tf.compat.v1.{name}", error
assert not hasattr(tf, "_private") and not hasattr(tf, "__path_of_nothing__") and tensorflow.executing_eagerly()
""",
    "all names of tf.summary": """
import tensorflow
from cutaway.compat import v1 as tf
theirs = tensorflow.compat.v1.summary
missing = [name for name in dir(theirs) if not name.startswith("_") and not hasattr(tf.summary, name)]
assert not missing, missing
""",
    "training": """
import numpy as np
from cutaway.compat import v1 as tf
flags = tf.app.flags
flags.DEFINE_string("log", "log", "the log directory")
FLAGS = flags.FLAGS
def main(_):
    tf.logging.set_verbosity(tf.logging.ERROR)
    tf.reset_default_graph()
    tf.set_random_seed(1)
    with tf.name_scope("data"):
        x = tf.placeholder(tf.float32, [None, 2], name="x")
        labels = tf.placeholder(tf.float32, [None, 1], name="labels")
    with tf.variable_scope("layer", reuse=tf.AUTO_REUSE):
        size = x.get_shape()[1].value
        kernel = tf.get_variable("kernel", [size, 1], initializer=tf.truncated_normal_initializer(stddev=0.1))
        bias = tf.get_variable("bias", [1], initializer=tf.zeros_initializer())
    with tf.name_scope("loss"):
        loss = tf.reduce_mean(tf.square(tf.nn.bias_add(tf.matmul(x, kernel), bias) - labels))
        tf.summary.scalar("loss", loss)
    tf.summary.histogram("kernel", kernel)
    global_step = tf.train.get_or_create_global_step()
    train = tf.train.GradientDescentOptimizer(0.1).minimize(loss, global_step=global_step)
    doubled = tf.cond(loss > 1e9, lambda: loss, lambda: 2 * loss)
    _, total = tf.while_loop(lambda i, s: i < 3, lambda i, s: (i + 1, s + loss), [0, 0.0])
    merged, saver = tf.summary.merge_all(), tf.train.Saver(max_to_keep=1)
    random = np.random.default_rng(0)
    points = random.normal(size=(32, 2)).astype(np.float32)
    feed = {x: points, labels: points @ [[1.0], [-2.0]]}
    with tf.Session(config=tf.ConfigProto(allow_soft_placement=True)) as sess:
        writer = tf.summary.FileWriter(FLAGS.log, sess.graph)
        sess.run([tf.global_variables_initializer(), tf.local_variables_initializer()])
        for _ in range(20):
            summary, step, _ = sess.run([merged, global_step, train], feed)
            writer.add_summary(summary, step)
        metadata = tf.RunMetadata()
        sess.run(loss, feed, options=tf.RunOptions(trace_level=tf.RunOptions.FULL_TRACE), run_metadata=metadata)
        writer.add_run_metadata(metadata, "step 20", 20)
        once, twice, thrice = sess.run([loss, doubled, total], feed)
        np.testing.assert_allclose([twice, thrice], [2 * once, 3 * once], rtol=1e-5)
        saver.save(sess, FLAGS.log + "/model.ckpt", global_step=global_step)
        trained = sess.run(kernel)
    tf.reset_default_graph()
    with tf.Session() as sess:
        saver = tf.train.import_meta_graph(FLAGS.log + "/model.ckpt-20.meta")
        saver.restore(sess, tf.train.latest_checkpoint(FLAGS.log))
        kernel = tf.trainable_variables()[0]
        np.testing.assert_array_equal(sess.run(kernel), trained)
        assert tf.get_default_session() is sess and kernel.name == "layer/kernel:0"
if __name__ == "__main__":
    try:
        tf.app.run(main=main, argv=["train"])
    except SystemExit:
        pass
""",
    "a monitored session": """
from cutaway.compat import v1 as tf
with tf.Graph().as_default():
    dataset = tf.data.Dataset.from_tensor_slices([1.0, 2.0, 3.0]).repeat()
    value = tf.data.make_one_shot_iterator(dataset).get_next()
    weight = tf.Variable(1.0)
    step = tf.train.create_global_step()
    train = tf.train.AdamOptimizer(0.01).minimize(tf.square(weight - value), global_step=step)
    tf.summary.scalar("value", value)
    writer = tf.summary.FileWriter("log", tf.get_default_graph())
    hooks = [
        tf.train.StopAtStepHook(last_step=4),
        tf.train.SummarySaverHook(save_steps=1, summary_writer=writer, summary_op=tf.summary.merge_all()),
    ]
    with tf.train.MonitoredTrainingSession(hooks=hooks) as sess:
        while not sess.should_stop():
            sess.run(train)
    writer.close()
""",
}


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Done]:
    return run_programs(PROGRAMS, tmp_path_factory.mktemp("programs"), LONG_PATIENCE)


@pytest.mark.parametrize("name", PROGRAMS)
def test_programs(done: dict[str, Done], name: str) -> None:
    assert not done[name].failure, done[name].failure


def test_what_programs_recorded(done: dict[str, Done]) -> None:
    mixed = cutaway.open(done["names are mixed"].directory / "log")["."]
    assert {tag: mixed.scalars(tag).value.tolist() for tag in mixed.tags()} == {"a": [3], "b": [9], "c": [3]}
    trained = cutaway.open(done["training"].directory / "log")["."]
    losses = trained.scalars("loss/loss")
    assert len(losses.value) == 20
    assert losses.value[-1] < losses.value[0]
    assert {"scalars", "histograms", "graph", "meta_graph", "run_metadata"} <= set(trained.kinds)
    monitored = cutaway.open(done["a monitored session"].directory / "log")["."]
    assert set(monitored.scalars("value").value.tolist()) <= {1, 2, 3}
    assert len(monitored.scalars("value").step) >= 4
    assert "session_log" in monitored.kinds
