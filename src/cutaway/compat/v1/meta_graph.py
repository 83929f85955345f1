"""The MetaGraphDef of TensorFlow's graphs, by which programs load a graph again."""

from typing import Any

from cutaway.compat.v1.tensorflow import tensorflow_in_use


def to_meta_graph_def(graph: Any) -> bytes | None:
    """The bytes of the MetaGraphDef of a ``tf.Graph``, or of TensorFlow's GraphDef; None for any other graph.

    It has the collections of the graph itself, and none for a GraphDef.
    """
    tensorflow = tensorflow_in_use()
    if tensorflow is None:
        return None
    v1 = tensorflow.compat.v1
    if isinstance(graph, v1.Graph):
        graph_def = graph.as_graph_def(add_shapes=True)
    elif isinstance(graph, v1.GraphDef):
        graph, graph_def = v1.Graph(), graph
    else:
        return None
    return bytes(v1.train.export_meta_graph(graph=graph, graph_def=graph_def).SerializeToString())
