#!/bin/sh
# pyarrow's fixed shape tensors with a permutation: an element has a number twice, and batches of images do not come back.
#
# Versions: pyarrow 26.0.1, numpy 2.4.6, Python 3.11.
#
# Arrow's canonical extension type keeps a tensor row by row and says with a permutation how to look at it: dimension i of the
# view is dimension permutation[i] of what is stored.  The numbers 0 to 5 are stored as 2 x 3 with the permutation [1, 0],
# which is the transpose however one reads it.  And images with the channels last, which numpy shows with the channels first,
# are made into such an array and back; that permutation is not its own inverse.
#
# Expected by most people: an element of an array is what the array shows in that place, and images come back as they were.
#
# Seen: the array shows the transpose, and its element has the number 2 twice and lacks the 5, since its strides are not those
# of the transpose.  For the images from_numpy_ndarray writes the inverse permutation, [1, 2, 0] where [2, 0, 1] is due: a
# batch of (2, 5, 3, 4) comes back as (2, 4, 5, 3), and one of (8, 3, 4, 5) cannot be read.  A copy in C order is well.
set -eu

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet pyarrow==26.0.1 numpy==2.4.6 2>/dev/null

cat > "$work/expected" <<'END'
stored  [[0, 1, 2], [3, 4, 5]]
array   [[0, 3], [1, 4], [2, 5]]
element [[0, 2], [1, 3], [2, 4]]
(2, 5, 3, 4): stored [3, 4, 5], permutation [1, 2, 0], back (2, 4, 5, 3)
(2, 5, 3, 4): stored [5, 3, 4], permutation [0, 1, 2], back (2, 5, 3, 4)
(8, 3, 4, 5): stored [4, 5, 3], permutation [1, 2, 0], back ArrowInvalid
(8, 3, 4, 5): stored [3, 4, 5], permutation [0, 1, 2], back (8, 3, 4, 5)
END

cat > "$work/tensor.py" <<'END'
import numpy
import pyarrow

numbers = numpy.arange(6)
transposed = pyarrow.fixed_shape_tensor(pyarrow.int64(), [2, 3], permutation=[1, 0])
array = pyarrow.ExtensionArray.from_storage(transposed, pyarrow.FixedSizeListArray.from_arrays(pyarrow.array(numbers), 6))
print("stored ", numbers.reshape(2, 3).tolist())
print("array  ", array.to_numpy_ndarray()[0].tolist())
print("element", array[0].to_numpy().tolist())

for shape in ((2, 3, 4, 5), (8, 4, 5, 3)):
    channels_first = numpy.zeros(shape).transpose(0, 3, 1, 2)
    for images in (channels_first, numpy.ascontiguousarray(channels_first)):
        array = pyarrow.FixedShapeTensorArray.from_numpy_ndarray(images)
        try:
            back = array.to_numpy_ndarray().shape
        except pyarrow.ArrowInvalid:
            back = "ArrowInvalid"
        print(f"{images.shape}: stored {array.type.shape}, permutation {array.type.permutation}, back {back}")
END

"$work/venv/bin/python" "$work/tensor.py" > "$work/seen"
cat "$work/seen"
diff "$work/expected" "$work/seen"
