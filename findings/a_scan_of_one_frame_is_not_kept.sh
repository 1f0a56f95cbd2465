#!/bin/sh
# A scan of four axes with one frame comes back with three from SimpleITK and ITK, and FreeSurfer's format refuses it.
#
# Versions: nibabel 5.4.2, SimpleITK 2.5.7, numpy 2.4.6, Python 3.11.
#
# Arrays of 4 x 5 x 6 with no, one and two frames are written by nibabel to NIfTI (.nii) and to FreeSurfer's MGH (.mgh), and
# each file is read again; so is a single slice of 4 x 5.
#
# Expected by most people: a series of one frame has an axis for its frames, as one of two has, in whatever format and by
# whatever reader; sizes are only in reverse order in SimpleITK's arrays, as it says.
#
# Seen: nibabel gives (4, 5, 6, 1) back from NIfTI, whose header states the number of axes.  SimpleITK reads the same file with
# three axes, since ITK drops the last one of size 1, which its issue 3456 wants back.  An MGH header always has four sizes
# and says nothing of axes: nibabel reads three of them if the last is 1, so that it raises HeaderDataError for the series of
# one frame, and gives the slice a third axis.
set -eu

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet nibabel==5.4.2 SimpleITK==2.5.7 numpy==2.4.6 2>/dev/null

cat > "$work/expected" <<'END'
(4, 5, 6): NIfTI by nibabel (4, 5, 6), by SimpleITK (4, 5, 6), MGH (4, 5, 6)
(4, 5, 6, 1): NIfTI by nibabel (4, 5, 6, 1), by SimpleITK (4, 5, 6), MGH HeaderDataError
(4, 5, 6, 2): NIfTI by nibabel (4, 5, 6, 2), by SimpleITK (4, 5, 6, 2), MGH (4, 5, 6, 2)
(4, 5): NIfTI by nibabel (4, 5), by SimpleITK (4, 5), MGH (4, 5, 1)
END

cat > "$work/frames.py" <<'END'
import pathlib
import sys

import nibabel
import numpy
import SimpleITK

folder = pathlib.Path(sys.argv[1])
for shape in ((4, 5, 6), (4, 5, 6, 1), (4, 5, 6, 2), (4, 5)):
    scan = numpy.zeros(shape, numpy.float32)
    path = folder / "scan.nii"
    nibabel.save(nibabel.Nifti1Image(scan, numpy.eye(4)), path)
    nifti = nibabel.load(path).shape
    itk = SimpleITK.ReadImage(str(path)).GetSize()
    try:
        nibabel.save(nibabel.MGHImage(scan, numpy.eye(4)), folder / "scan.mgh")
        mgh = tuple(map(int, nibabel.load(folder / "scan.mgh").shape))
    except nibabel.spatialimages.HeaderDataError:
        mgh = "HeaderDataError"
    print(f"{shape}: NIfTI by nibabel {nifti}, by SimpleITK {itk}, MGH {mgh}")
END

"$work/venv/bin/python" "$work/frames.py" "$work" > "$work/seen"
cat "$work/seen"
diff "$work/expected" "$work/seen"
