#!/bin/sh
# OpenVINO computes max-pooling windows that lie wholly beyond the image, and fills them with the least float.
#
# Versions: openvino 2026.4.1, onnx 1.23.2, onnxruntime 1.32.0, numpy 2.4.6, Python 3.11, CPU.
#
# MaxPool and AveragePool of kernel 2 and stride 3 with ceil_mode on a 3 x 3 image of the numbers -9 to -1.  A second window
# would begin at index 3, so there is one of each: since opset 22 ONNX says so, PyTorch always did, and onnxruntime does in
# either opset.
#
# Expected by most people: one number from every runtime, at least in opset 22, and max and average pooling alike.
#
# Seen: OpenVINO gives a 2 x 2 image for MaxPool in both opsets, three of whose numbers are -3.4028235e+38, and a 1 x 1 image
# for AveragePool.  A model that goes on with a sum or a mean has its result from those three numbers.
set -eu

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet openvino==2026.4.1 onnx==1.23.2 onnxruntime==1.32.0 numpy==2.4.6 2>/dev/null

cat > "$work/expected" <<'END'
opset 21 MaxPool: onnxruntime [-5.0], openvino [-5.0, -3.4028234663852886e+38, -3.4028234663852886e+38, -3.4028234663852886e+38]
opset 21 AveragePool: onnxruntime [-7.0], openvino [-7.0]
opset 22 MaxPool: onnxruntime [-5.0], openvino [-5.0, -3.4028234663852886e+38, -3.4028234663852886e+38, -3.4028234663852886e+38]
opset 22 AveragePool: onnxruntime [-7.0], openvino [-7.0]
END

cat > "$work/pool.py" <<'END'
import sys

import numpy
import onnx
import onnxruntime
import openvino
from onnx import TensorProto, helper

onnxruntime.set_default_logger_severity(3)
image = numpy.arange(-9, 0, dtype=numpy.float32).reshape(1, 1, 3, 3)
for opset in (21, 22):
    for kind in ("MaxPool", "AveragePool"):
        node = helper.make_node(kind, ["x"], ["y"], kernel_shape=[2, 2], strides=[3, 3], ceil_mode=1)
        graph = helper.make_graph(
            [node],
            "pool",
            [helper.make_tensor_value_info("x", TensorProto.FLOAT, image.shape)],
            [helper.make_tensor_value_info("y", TensorProto.FLOAT, [None] * 4)],
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=10)
        onnx.checker.check_model(model)
        onnx.save(model, sys.argv[1])
        theirs = onnxruntime.InferenceSession(sys.argv[1]).run(None, {"x": image})[0]
        core = openvino.Core()
        ours = core.compile_model(core.read_model(sys.argv[1]), "CPU")([image])[0]
        print(f"opset {opset} {kind}: onnxruntime {theirs.ravel().tolist()}, openvino {ours.ravel().tolist()}")
END

"$work/venv/bin/python" "$work/pool.py" "$work/pool.onnx" > "$work/seen"
cat "$work/seen"
diff "$work/expected" "$work/seen"
