#!/bin/sh
# ONNX's reference evaluator shifts the windows of an average pool with ceil_mode; the values differ from every runtime's.
#
# Versions: onnx 1.23.2, onnxruntime 1.32.0, numpy 2.4.6, Python 3.11.
#
# AveragePool of kernel 4 and stride 3 with ceil_mode on a 5 x 5 image that counts from 0 to 24.  The first window has the
# rows and columns 0 to 3, whose mean is 9; the second begins at 3 and has two of its four columns in the image.
#
# Expected by most people: a reference implementation, which runtimes are compared with, agrees with them on a valid model.
#
# Seen: the shapes are equal, the values are not.  Those of the reference are the means of the rows and columns 0 to 2 and
# 1 to 4; onnxruntime's (and those of PyTorch's AvgPool2d(4, 3, ceil_mode=True)) of 0 to 3 and 3 to 4.
set -eu

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet onnx==1.23.2 onnxruntime==1.32.0 numpy==2.4.6 2>/dev/null

cat > "$work/expected" <<'END'
onnxruntime [9.0, 11.0, 19.0, 21.0]
reference [6.0, 7.5, 13.5, 15.0]
END

cat > "$work/pool.py" <<'END'
import numpy
import onnxruntime
from onnx import TensorProto, checker, helper
from onnx.reference import ReferenceEvaluator

image = numpy.arange(25, dtype=numpy.float32).reshape(1, 1, 5, 5)
node = helper.make_node("AveragePool", ["x"], ["y"], kernel_shape=[4, 4], strides=[3, 3], ceil_mode=1)
graph = helper.make_graph(
    [node],
    "pool",
    [helper.make_tensor_value_info("x", TensorProto.FLOAT, image.shape)],
    [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 1, 2, 2])],
)
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 22)], ir_version=10)
checker.check_model(model)
session = onnxruntime.InferenceSession(model.SerializeToString())
print("onnxruntime", session.run(None, {"x": image})[0].ravel().tolist())
print("reference", ReferenceEvaluator(model).run(None, {"x": image})[0].ravel().tolist())
END

"$work/venv/bin/python" "$work/pool.py" > "$work/seen"
cat "$work/seen"
diff "$work/expected" "$work/seen"
