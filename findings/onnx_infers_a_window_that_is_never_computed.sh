#!/bin/sh
# ONNX's shape inference counts a pooling window that no runtime computes, in models of opset 21 and older.
#
# Versions: onnx 1.23.2, onnxruntime 1.32.0, numpy 2.4.6, Python 3.11.
#
# With ceil_mode a pool rounds the number of its windows up.  A last window that would begin beyond the image is dropped by
# PyTorch, by onnxruntime and by ONNX's own reference evaluator.  MaxPool of kernel 2 and stride 3 on a 3 x 3 image: the
# second window would begin at index 3, so there is one.
#
# Expected by most people: the shape that onnx.shape_inference writes into a model is the shape of what comes out.
#
# Seen: it writes (1, 1, 2, 2) for opset 21 and (1, 1, 1, 1) for opset 22, although the result is (1, 1, 1, 1) both times.
# onnxruntime runs both models; of the first it warns that the shapes differ.
set -eu

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet onnx==1.23.2 onnxruntime==1.32.0 numpy==2.4.6 2>/dev/null

cat > "$work/expected" <<'END'
opset 21: inferred (1, 1, 2, 2), onnxruntime (1, 1, 1, 1), reference (1, 1, 1, 1)
opset 22: inferred (1, 1, 1, 1), onnxruntime (1, 1, 1, 1), reference (1, 1, 1, 1)
END

cat > "$work/pool.py" <<'END'
import numpy
import onnxruntime
from onnx import TensorProto, checker, helper, shape_inference
from onnx.reference import ReferenceEvaluator

onnxruntime.set_default_logger_severity(3)
image = numpy.zeros((1, 1, 3, 3), numpy.float32)
for opset in (21, 22):
    node = helper.make_node("MaxPool", ["x"], ["y"], kernel_shape=[2, 2], strides=[3, 3], ceil_mode=1)
    graph = helper.make_graph(
        [node],
        "pool",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, image.shape)],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [None] * 4)],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=10)
    checker.check_model(model)
    dims = shape_inference.infer_shapes(model).graph.output[0].type.tensor_type.shape.dim
    inferred = tuple(dim.dim_value for dim in dims)
    computed = onnxruntime.InferenceSession(model.SerializeToString()).run(None, {"x": image})[0].shape
    reference = ReferenceEvaluator(model).run(None, {"x": image})[0].shape
    print(f"opset {opset}: inferred {inferred}, onnxruntime {computed}, reference {reference}")
END

"$work/venv/bin/python" "$work/pool.py" > "$work/seen"
cat "$work/seen"
diff "$work/expected" "$work/seen"
