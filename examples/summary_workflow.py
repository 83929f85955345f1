"""TensorFlow 1's summary workflow with values of NumPy or PyTorch, and no TensorFlow.

python examples/summary_workflow.py [LOGDIR]     then: cutaway --logdir=./log
"""

import sys

import numpy as np

from cutaway.compat import v1 as tf

x = np.array(-5.0)

tf.summary.scalar("x_label", x)
tf.summary.scalar("pingfang", lambda: x * x)
merged = tf.summary.merge_all()

with tf.Session() as sess:
    writer = tf.summary.FileWriter(sys.argv[1] if len(sys.argv) > 1 else "./log", sess.graph)
    for step in range(11):
        writer.add_summary(sess.run(merged), step)
        x += 1.0
    writer.close()
