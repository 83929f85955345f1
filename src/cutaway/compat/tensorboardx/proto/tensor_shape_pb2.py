"""``tensorboardX.proto.tensor_shape_pb2``."""

from cutaway.compat.v1.messages import TensorShapeProto

__all__ = ["TensorShapeProto"]
