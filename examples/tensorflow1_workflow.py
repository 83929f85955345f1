"""TensorFlow 1's summary workflow, as written for TensorFlow 1; only the import says who writes.

python examples/tensorflow1_workflow.py [LOGDIR]     then: cutaway --logdir=./log
"""

import sys

from cutaway.compat import v1 as tf

x = tf.Variable(-5.0, name="x")
y = x * x
next_x = tf.assign_add(x, 1.0)

tf.summary.scalar("x_label", x)
tf.summary.scalar("pingfang", y)
merged = tf.summary.merge_all()

with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    writer = tf.summary.FileWriter(sys.argv[1] if len(sys.argv) > 1 else "./log", sess.graph)
    for step in range(11):
        writer.add_summary(sess.run(merged), step)
        sess.run(next_x)
    writer.close()
