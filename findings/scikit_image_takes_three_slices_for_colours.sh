#!/bin/sh
# scikit-image moves the first axis of a stack to the end if it has three or four slices, and leaves all other stacks alone.
#
# Versions: scikit-image 0.26.0, tifffile 2026.3.3, imageio 2.38.2, numpy 2.4.6, Python 3.11.
#
# Stacks of two to five grey pages of 6 x 7 pixels, such as a microscope writes, in a TIFF file that says of each page that it
# is grey (photometric interpretation MINISBLACK, one sample for each pixel).
#
# Expected by most people: (n, 6, 7) for n pages, whatever n is, as tifffile and imageio read them.
#
# Seen: skimage.io.imread gives (6, 7, 3) for three pages and (6, 7, 4) for four.  It goes by the shape alone and not
# by the file: an axis of three or four in the first place is taken for colours.  With as_gray=True it mixes the three slices to
# one, like red, green and blue.
set -eu

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet scikit-image==0.26.0 tifffile==2026.3.3 imageio==2.38.2 numpy==2.4.6 2>/dev/null

cat > "$work/expected" <<'END'
2 pages: tifffile (2, 6, 7), imageio (2, 6, 7), skimage (2, 6, 7)
3 pages: tifffile (3, 6, 7), imageio (3, 6, 7), skimage (6, 7, 3)
4 pages: tifffile (4, 6, 7), imageio (4, 6, 7), skimage (6, 7, 4)
5 pages: tifffile (5, 6, 7), imageio (5, 6, 7), skimage (5, 6, 7)
3 pages as grey: skimage (6, 7)
END

cat > "$work/stack.py" <<'END'
import sys

import imageio.v3
import numpy
import skimage.io
import tifffile

path = sys.argv[1]
for pages in (2, 3, 4, 5):
    tifffile.imwrite(path, numpy.zeros((pages, 6, 7), numpy.uint16), photometric="minisblack")
    shapes = (tifffile.imread(path).shape, imageio.v3.imread(path).shape, skimage.io.imread(path).shape)
    print(f"{pages} pages: tifffile {shapes[0]}, imageio {shapes[1]}, skimage {shapes[2]}")
    if pages == 3:
        grey = skimage.io.imread(path, as_gray=True).shape
print("3 pages as grey: skimage", grey)
END

"$work/venv/bin/python" "$work/stack.py" "$work/stack.tif" > "$work/seen"
cat "$work/seen"
diff "$work/expected" "$work/seen"
