#!/bin/sh
# A dilated ONNX pool with auto_pad SAME_UPPER is computed in three ways, and onnxruntime's is shorter than ONNX infers.
#
# Versions: onnx 1.23.2, onnxruntime 1.32.0, openvino 2026.4.1, numpy 2.4.6, Python 3.11, CPU.
#
# Pools of kernel 3 and dilation 2 over the numbers 1 to 7.  The window spans five pixels, so that two on each side keep the
# length, and the first one holds the padding, 1 and 3: maximum 3, average 2, 2-norm 3.16.
#
# Expected by most people: seven numbers, as the shape inference of ONNX states, and the same from every program.
#
# Seen: onnxruntime pads for a window without dilation, and gives five numbers for seven.  ONNX's reference evaluator is right
# for the maximum; its averages and norms have seven numbers, which are onnxruntime's five and two zeros.  OpenVINO is right.
set -eu

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet onnx==1.23.2 onnxruntime==1.32.0 openvino==2026.4.1 numpy==2.4.6 2>/dev/null

cat > "$work/expected" <<'END'
MaxPool
  inferred (1, 1, 7)
  reference (1, 1, 7) [3.0, 4.0, 5.0, 6.0, 7.0, 6.0, 7.0]
  onnxruntime (1, 1, 5) [4.0, 5.0, 6.0, 7.0, 6.0]
  openvino (1, 1, 7) [3.0, 4.0, 5.0, 6.0, 7.0, 6.0, 7.0]
AveragePool
  inferred (1, 1, 7)
  reference (1, 1, 7) [3.0, 3.0, 4.0, 5.0, 5.0, 0.0, 0.0]
  onnxruntime (1, 1, 5) [3.0, 3.0, 4.0, 5.0, 5.0]
  openvino (1, 1, 7) [2.0, 3.0, 3.0, 4.0, 5.0, 5.0, 6.0]
LpPool
  inferred (1, 1, 7)
  reference (1, 1, 7) [4.47, 5.92, 7.48, 9.11, 7.21, 0.0, 0.0]
  onnxruntime (1, 1, 5) [4.47, 5.92, 7.48, 9.11, 7.21]
  openvino (1, 1, 7) [3.16, 4.47, 5.92, 7.48, 9.11, 7.21, 8.6]
END

cat > "$work/pool.py" <<'END'
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
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [None] * 3)],
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


for kind in ("MaxPool", "AveragePool", "LpPool"):
    show(kind, results(kind, [row(1, 1, 7)], kernel_shape=[3], dilations=[2], auto_pad="SAME_UPPER"))
END

"$work/venv/bin/python" "$work/pool.py" > "$work/seen"
cat "$work/seen"
diff "$work/expected" "$work/seen"
