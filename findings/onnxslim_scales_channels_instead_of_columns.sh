#!/bin/sh
# onnxslim folds a scale of the columns of an image into a convolution as if it were one of the channels.
#
# Versions: onnxslim 0.1.98, onnx 1.23.2, onnxruntime 1.32.0, numpy 2.4.6, Python 3.11, CPU.
#
# A convolution that copies two channels of 2 x 2 pixels, and a Mul of its result with the constant (1, 10).  ONNX broadcasts
# from the last axis on, as numpy does, so that the second column of each channel becomes ten times as much.  Then a Gemm of
# 2 x 4, which is reshaped to (2, 4, 1) and multiplied with four numbers: that has (2, 4, 4) numbers.
#
# Expected by most people: the slimmed model computes what the model computed, and what numpy says.
#
# Seen: if the constant has as many numbers as the convolution has channels, they are its channels: the second channel is ten
# times as much, and its columns are as they were.  The Mul after the Reshape goes into the weight of the Gemm, so that the
# model declares and computes (2, 4, 1).  For an Add in the place of the Mul onnxslim asks for the axis.
set -eu

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet onnxslim==0.1.98 onnx==1.23.2 onnxruntime==1.32.0 numpy==2.4.6 2>/dev/null

cat > "$work/expected" <<'END'
convolution
  numpy (1, 2, 2, 2) [1, 20, 3, 40, 5, 60, 7, 80]
  Conv Mul: declared (1, 2, 2, 2), computed (1, 2, 2, 2) [1, 20, 3, 40, 5, 60, 7, 80]
  Conv: declared (1, 2, 2, 2), computed (1, 2, 2, 2) [1, 2, 3, 4, 50, 60, 70, 80]
matrix
  numpy (2, 4, 4) [1, 10, 100, 1000, 2, 20, 200, 2000]
  Gemm Reshape Mul: declared (2, 4, 4), computed (2, 4, 4) [1, 10, 100, 1000, 2, 20, 200, 2000]
  Gemm Reshape: declared (2, 4, 1), computed (2, 4, 1) [1, 20, 300, 4000, 5, 60, 700, 8000]
END

cat > "$work/slim.py" <<'END'
import numpy
import onnx
import onnxruntime
import onnxslim

CONVOLUTION = """<ir_version: 8, opset_import: ["" : 17]> convolution (float[1,2,2,2] x) => (float[1,2,2,2] y)
    <float[2,2,1,1] w = {1,0,0,1}, float[2] s = {1,10}> { c = Conv(x, w)  y = Mul(c, s) }"""
MATRIX = """<ir_version: 8, opset_import: ["" : 17]> matrix (float[2,4] x) => (float[2,4,4] y)
    <float[4,4] w = {1,0,0,0,0,1,0,0,0,0,1,0,0,0,0,1}, int64[3] r = {2,4,1}, float[4] s = {1,10,100,1000}>
    { c = Gemm<transB = 1>(x, w)  d = Reshape(c, r)  y = Mul(d, s) }"""


def told(model: onnx.ModelProto, x: numpy.ndarray) -> None:
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    result = session.run(None, {"x": x})[0]
    declared = tuple(size.dim_value for size in model.graph.output[0].type.tensor_type.shape.dim)
    nodes = " ".join(node.op_type for node in model.graph.node)
    print(f"  {nodes}: declared {declared}, computed {result.shape} {result.ravel()[:8].astype(int).tolist()}")


onnxruntime.set_default_logger_severity(4)
numbers = numpy.arange(1, 9, dtype=numpy.float32)
image, rows = numbers.reshape(1, 2, 2, 2), numbers.reshape(2, 4)
truths = (image * numpy.array([1, 10]), rows[..., None] * numpy.array([1, 10, 100, 1000]))
for text, x, truth in ((CONVOLUTION, image, truths[0]), (MATRIX, rows, truths[1])):
    model = onnx.parser.parse_model(text)
    onnx.checker.check_model(model, full_check=True)
    print(model.graph.name)
    print(f"  numpy {truth.shape} {truth.ravel()[:8].astype(int).tolist()}")
    told(model, x)
    told(onnxslim.slim(model), x)
END

"$work/venv/bin/python" "$work/slim.py" > "$work/seen"
cat "$work/seen"
diff "$work/expected" "$work/seen"
