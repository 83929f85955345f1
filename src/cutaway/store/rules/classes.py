"""Classes of modules that rules know, of all frameworks."""

#: Their output is zero for what is negative.
CUTTING_OFF = frozenset({"ReLU", "ReLU6", "relu", "relu6"})
TANH = frozenset({"Tanh", "Hardtanh", "tanh"})
SIGMOID = frozenset({"Sigmoid", "Hardsigmoid", "sigmoid"})
#: Few rows of their weights are used in a step, so that a sample of them says little of a step.
LOOKED_UP = frozenset({"Embedding", "EmbeddingBag", "Embed"})
#: Their outputs hold what a mask puts there.
MASKED = frozenset({"Softmax", "LogSoftmax", "MultiheadAttention", "Dropout"})
