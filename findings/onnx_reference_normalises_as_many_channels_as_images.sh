#!/bin/sh
# ONNX's reference evaluator normalises as many channels as there are images in the batch, and passes on the others.
#
# Versions: onnx 1.23.2, onnxruntime 1.32.0, openvino 2026.4.1, numpy 2.4.6, Python 3.11, CPU.
#
# LRN of size 3, alpha 1 over six channels of one pixel, with the values 1 to 6; and over two images of three channels.
#
# Expected by most people: each channel is divided by what it and its neighbours hold, in the evaluator that is the reference.
#
# Seen: one image: only the first of six channels is normalised, the others are 2, 3, 4, 5, 6 as before.  Two images: two
# channels of each.  onnxruntime and OpenVINO normalise all.
set -eu

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet onnx==1.23.2 onnxruntime==1.32.0 openvino==2026.4.1 numpy==2.4.6 2>/dev/null

cat > "$work/expected" <<'END'
LRN of (1, 6, 1, 1)
  inferred (1, 6, 1, 1)
  reference (1, 6, 1, 1) [0.48, 2.0, 3.0, 4.0, 5.0, 6.0]
  onnxruntime (1, 6, 1, 1) [0.48, 0.54, 0.51, 0.46, 0.43, 0.6]
  openvino (1, 6, 1, 1) [0.48, 0.54, 0.51, 0.46, 0.43, 0.6]
LRN of (2, 3, 1, 1)
  inferred (2, 3, 1, 1)
  reference (2, 3, 1, 1) [0.48, 0.54, 3.0, 0.53, 0.43, 6.0]
  onnxruntime (2, 3, 1, 1) [0.48, 0.54, 0.85, 0.53, 0.43, 0.6]
  openvino (2, 3, 1, 1) [0.48, 0.54, 0.85, 0.53, 0.43, 0.6]
END

cat > "$work/channels.py" <<'END'
import numpy
import onnx
import onnxruntime
import openvino
from onnx import TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator

onnxruntime.set_default_logger_severity(3)


def row(*sizes: int) -> numpy.ndarray:
    """The numbers from 1 on, in that shape."""
    return numpy.arange(1, 1 + numpy.prod(sizes), dtype=numpy.float32).reshape(sizes)


def results(kind: str, inputs: list, **attributes):
    """What shape inference states and what three programs compute of one node, the other inputs being constants."""
    names = [f"i{index}" if array is not None else "" for index, array in enumerate(inputs)]
    node = helper.make_node(kind, names, ["y"], **attributes)
    graph = helper.make_graph(
        [node],
        "one",
        [helper.make_tensor_value_info("i0", TensorProto.FLOAT, inputs[0].shape)],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [None] * 4)],
        [numpy_helper.from_array(array, name) for array, name in zip(inputs[1:], names[1:]) if name],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 22)], ir_version=10)
    onnx.checker.check_model(model)
    inferred = onnx.shape_inference.infer_shapes(model, strict_mode=True, data_prop=True)
    yield "inferred", tuple(size.dim_value for size in inferred.graph.output[0].type.tensor_type.shape.dim)
    data = model.SerializeToString()
    core = openvino.Core()
    yield "reference", ReferenceEvaluator(model).run(None, {"i0": inputs[0]})[0]
    yield "onnxruntime", onnxruntime.InferenceSession(data).run(None, {"i0": inputs[0]})[0]
    yield "openvino", core.compile_model(core.read_model(data), "CPU")([inputs[0]])[0]


def show(title: str, found) -> None:
    print(title)
    for name, value in found:
        if name == "inferred":
            print(f"  inferred {value}")
        else:
            print(f"  {name} {tuple(value.shape)} {[round(float(number), 2) for number in value.ravel()]}")


for shape in ((1, 6, 1, 1), (2, 3, 1, 1)):
    show(f"LRN of {shape}", results("LRN", [row(*shape)], size=3, alpha=1.0))
END

"$work/venv/bin/python" "$work/channels.py" > "$work/seen"
cat "$work/seen"
diff "$work/expected" "$work/seen"
