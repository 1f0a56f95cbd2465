#!/bin/sh
# OpenVINO leaves the layout of an ONNX RNN unread, and runs through the batch as if it were time.
#
# Versions: onnx 1.23.2, openvino 2026.4.1, numpy 2.4.6, Python 3.11, CPU.
#
# An RNN of hidden size 1 with layout 1, "batch first", on two sequences of three steps, each step the number 0.1.  Input and
# recurrent weight are 1, so that a state is tanh(0.1 + the state before): 0.1, 0.2, 0.29 for each sequence.
#
# Expected by most people: the shape that ONNX infers, (2, 3, 1, 1) for batch, time, directions and size, with those numbers;
# or a refusal, which is what onnxruntime 1.32.0 answers to layout 1.
#
# Seen: OpenVINO gives (2, 1, 3, 1), three sequences of two steps: 0.1 three times and 0.2 three times.  The same holds for GRU
# and LSTM.
set -eu

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet onnx==1.23.2 openvino==2026.4.1 numpy==2.4.6 2>/dev/null

cat > "$work/expected" <<'END'
RNN: inferred (2, 3, 1, 1)
  reference (2, 3, 1, 1) [0.1, 0.2, 0.29, 0.1, 0.2, 0.29]
  openvino (2, 1, 3, 1) [0.1, 0.1, 0.1, 0.2, 0.2, 0.2]
GRU: inferred (2, 3, 1, 1)
  reference (2, 3, 1, 1) [0.05, 0.08, 0.11, 0.05, 0.08, 0.11]
  openvino (2, 1, 3, 1) [0.05, 0.05, 0.05, 0.08, 0.08, 0.08]
LSTM: inferred (2, 3, 1, 1)
  reference (2, 3, 1, 1) [0.03, 0.05, 0.07, 0.03, 0.05, 0.07]
  openvino (2, 1, 3, 1) [0.03, 0.03, 0.03, 0.05, 0.05, 0.05]
END

cat > "$work/time.py" <<'END'
import numpy
import onnx
import openvino
from onnx import TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator

sequences = numpy.full((2, 3, 1), 0.1, dtype=numpy.float32)
for kind, gates in (("RNN", 1), ("GRU", 3), ("LSTM", 4)):
    weight = numpy.ones((1, gates, 1), dtype=numpy.float32)
    graph = helper.make_graph(
        [helper.make_node(kind, ["x", "w", "r"], ["y"], hidden_size=1, layout=1)],
        "one",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, sequences.shape)],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [None] * 4)],
        [numpy_helper.from_array(weight, "w"), numpy_helper.from_array(weight, "r")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 22)], ir_version=10)
    onnx.checker.check_model(model)
    inferred = onnx.shape_inference.infer_shapes(model, strict_mode=True).graph.output[0].type.tensor_type.shape
    core = openvino.Core()
    reference = ReferenceEvaluator(model).run(None, {"x": sequences})[0]
    theirs = core.compile_model(core.read_model(model.SerializeToString()), "CPU")([sequences])[0]
    print(f"{kind}: inferred {tuple(size.dim_value for size in inferred.dim)}")
    for name, value in (("reference", reference), ("openvino", theirs)):
        print(f"  {name} {tuple(value.shape)} {[round(float(number), 2) for number in value.ravel()]}")
END

"$work/venv/bin/python" "$work/time.py" > "$work/seen"
cat "$work/seen"
diff "$work/expected" "$work/seen"
