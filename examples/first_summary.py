"""A first program for TensorFlow 1, as it was written for TensorFlow 1; only the import is another one.

python examples/first_summary.py     then: cutaway --logdir="./log"
"""

from cutaway.compat import v1 as tf

x = tf.compat.v1.Variable(-5.0, "float", name="x")
y = tf.multiply(x, x)

tf.summary.scalar("x_label", x)
tf.summary.scalar("pingfang", y)
summary_merge_op = tf.summary.merge_all()

with tf.Session() as sess:
    init = tf.global_variables_initializer()
    writer = tf.summary.FileWriter("./log", sess.graph)
    sess.run(init)
    for epoch in range(11):
        summary = sess.run(summary_merge_op)
        writer.add_summary(summary, epoch)
        temp = sess.run(tf.add(x, 1.0))
        sess.run(tf.assign(x, temp))
