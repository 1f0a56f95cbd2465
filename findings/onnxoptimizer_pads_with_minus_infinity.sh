#!/bin/sh
# onnxoptimizer gives a max pool the zeros that a Pad before it adds, and the pool takes them for minus infinity.
#
# Versions: onnxoptimizer 0.4.2, onnx 1.23.2, onnxruntime 1.32.0, numpy 2.4.6, Python 3.11, CPU.
#
# A row of three numbers, (-2, 3, -4), is padded with a zero on either side, and each two neighbours give their larger one.
# And of an image of (2, 3, 4, 5) the shape from the second axis on is taken, 3, 4, 5, and of that the last two: 4 and 5.
#
# Expected by most people: what numpy says, (0, 3, 3, 0) and (4, 5), before and after.
#
# Seen: fuse_pad_into_pool puts the Pad into the pads of the MaxPool, which by ONNX's definition count as minus infinity:
# (-2, 3, 3, -4).  And eliminate_slice_after_shape forgets the attribute start of Shape, so that the constant in its place is
# (3, 4), two other axes.  The pool is issue 290 of onnxsim, which used these passes.
set -eu

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet onnxoptimizer==0.4.2 onnx==1.23.2 onnxruntime==1.32.0 numpy==2.4.6 2>/dev/null

cat > "$work/expected" <<'END'
pool, numpy: [0, 3, 3, 0]
pool, as it was: [0, 3, 3, 0]
pool, fuse_pad_into_pool: [-2, 3, 3, -4]
sizes, numpy: [4, 5]
sizes, as it was: [4, 5]
sizes, eliminate_slice_after_shape: [3, 4]
END

cat > "$work/optimize.py" <<'END'
import numpy
import onnx
import onnxoptimizer
import onnxruntime

HEAD = '<ir_version: 8, opset_import: ["" : 17]> '
POOL = """pool (float[1,1,3] x) => (float[1,1,4] y)
    <int64[6] p = {0,0,1,0,0,1}> { c = Pad(x, p)  y = MaxPool<kernel_shape = [2]>(c) }"""
SIZES = """sizes (float[2,3,4,5] x) => (int64[2] y)
    <int64[1] s = {1}, int64[1] e = {3}> { c = Shape<start = 1>(x)  y = Slice(c, s, e) }"""


def run(model: onnx.ModelProto, x: numpy.ndarray) -> list[int]:
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return session.run(None, {"x": x})[0].ravel().astype(int).tolist()


onnxruntime.set_default_logger_severity(3)
row = numpy.array([-2, 3, -4], numpy.float32)
image = numpy.zeros((2, 3, 4, 5), numpy.float32)
padded = numpy.pad(row, 1).astype(int)
larger = numpy.maximum(padded[:-1], padded[1:]).tolist()
for text, x, truth, name in (
    (POOL, row.reshape(1, 1, 3), larger, "fuse_pad_into_pool"),
    (SIZES, image, list(image.shape[1:][1:3]), "eliminate_slice_after_shape"),
):
    model = onnx.parser.parse_model(HEAD + text)
    onnx.checker.check_model(model, full_check=True)
    print(f"{model.graph.name}, numpy: {truth}")
    print(f"{model.graph.name}, as it was: {run(model, x)}")
    print(f"{model.graph.name}, {name}: {run(onnxoptimizer.optimize(model, [name]), x)}")
END

"$work/venv/bin/python" "$work/optimize.py" > "$work/seen"
cat "$work/seen"
diff "$work/expected" "$work/seen"
