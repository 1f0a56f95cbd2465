"""Checkpoint files: every format gives names and shapes; nothing in a file is executed, believed or read in full."""

from __future__ import annotations

import io
import json
import os
import pickle
import struct
import zipfile
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from shapelint.weights.bounded import BadFile, Saved
from shapelint.weights.checkpoint import read
from shapelint.weights.selection import select

SHAPES = {"fc.weight": (3, 2), "fc.bias": (3,), "bn.num_batches_tracked": ()}


def state() -> dict[str, torch.Tensor]:
    return {name: torch.zeros(shape) for name, shape in SHAPES.items()}


def safetensors(tensors: dict[str, tuple[int, ...]], path: Path) -> None:
    header, position = {}, 0
    for name, shape in tensors.items():
        end = position + 4 * torch.Size(shape).numel()
        header[name] = {"dtype": "F32", "shape": list(shape), "data_offsets": [position, end]}
        position = end
    text = json.dumps({"__metadata__": {"format": "pt"}, **header}).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + bytes(position))


def sharded(path: Path) -> None:
    names = list(SHAPES)
    safetensors({name: SHAPES[name] for name in names[:2]}, path.parent / "1.safetensors")
    torch.save({names[2]: torch.zeros(SHAPES[names[2]])}, path.parent / "2.bin")
    places = {name: "1.safetensors" if name in names[:2] else "2.bin" for name in names}
    path.write_text(json.dumps({"metadata": {}, "weight_map": places}))


def shapes(value: Any) -> dict[str, tuple[int, ...]]:
    return {name: saved.shape for name, saved in value.items() if isinstance(saved, Saved)}


@pytest.mark.parametrize(
    ("write", "format"),
    [
        (lambda path: torch.save(state(), path), "torch"),
        (lambda path: torch.save(state(), path, _use_new_zipfile_serialization=False), "torch (legacy)"),
        (lambda path: torch.save(OrderedDict(state()), path, pickle_protocol=4), "torch"),
        (lambda path: torch.save(OrderedDict(state()), path, pickle_protocol=0), "torch"),
        (lambda path: torch.save({n: nn.Parameter(t) for n, t in state().items()}, path), "torch"),
        (lambda path: torch.save({n: t.to("meta") for n, t in state().items()}, path), "torch"),
        (lambda path: safetensors(SHAPES, path), "safetensors"),
        (sharded, "2 shards"),
    ],
    ids=["zip", "legacy", "protocol 4", "protocol 0", "parameters", "meta", "safetensors", "sharded"],
)
def test_every_format_gives_names_and_shapes(write: Callable[[Path], None], format: str, tmp_path: Path) -> None:
    """What torch and safetensors write is read without either, whatever the file is called."""
    path = tmp_path / "checkpoint"
    write(path)
    content = read(str(path))
    assert (content.format, shapes(content.value)) == (format, SHAPES)


@pytest.mark.parametrize("first", [b"\x80", b"{", b"P"])
def test_a_header_whose_length_begins_like_another_format(first: bytes, tmp_path: Path) -> None:
    """The first byte of the length may be that of a pickle, of JSON or of a zip archive."""
    path = tmp_path / "x.safetensors"
    text = json.dumps({"w": {"dtype": "F32", "shape": [0], "data_offsets": [0, 0]}}).encode()
    text += b" " * ((first[0] - len(text)) % 256)
    path.write_bytes(struct.pack("<Q", len(text)) + text)
    assert path.read_bytes()[:1] == first
    assert shapes(read(str(path)).value) == {"w": (0,)}


def test_dtypes_and_views(tmp_path: Path) -> None:
    """A part of a tensor is as large as the part; half, bfloat16 and float8 are told apart."""
    path = tmp_path / "views.pt"
    base = torch.zeros(10, 4)
    torch.save(
        {"row": base[3], "t": base.t(), "half": base.half(), "b": base.bfloat16(), "f8": base.to(torch.float8_e4m3fn)},
        path,
    )
    value = read(str(path)).value
    assert shapes(value) == {"row": (4,), "t": (4, 10), "half": (10, 4), "b": (10, 4), "f8": (10, 4)}
    assert [value[name].dtype for name in ("row", "half", "b", "f8")] == [
        "float32",
        "float16",
        "bfloat16",
        "float8_e4m3fn",
    ]


class Net(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.fc = nn.Linear(2, 3)
        self.register_buffer("scratch", torch.zeros(4), persistent=False)
        self.bn = nn.BatchNorm1d(3)


def test_what_is_around_a_state_dict(tmp_path: Path) -> None:
    """The dict that has the model's names is found among others, and in a module that was saved whole."""
    net, names = Net(), set(Net().state_dict())
    optimizer = torch.optim.Adam(net.parameters())
    run = {"epoch": 3, "ema": {"model": net.state_dict()}, "optimizer": optimizer.state_dict()}
    torch.save(run, tmp_path / "run.pt")
    torch.save(net, tmp_path / "whole.pt")
    found = select(read(str(tmp_path / "run.pt")).value, names)
    assert (found.key, set(found.entries), found.versions["bn"]) == ("ema.model", names, 2)
    assert set(select(read(str(tmp_path / "whole.pt")).value, names).entries) == names


@pytest.mark.parametrize("prefix", ["module.", "model.", "_orig_mod.", "model.module."])
def test_prefixes_are_recognised(prefix: str) -> None:
    """A prefix is taken off only if that makes names the model's, and never where one asks for names as they are."""
    value = {f"{prefix}{name}": Saved(shape) for name, shape in SHAPES.items()}
    assert select(value, set(SHAPES)).prefix == prefix
    assert select(value, set(value)).prefix == ""
    assert select(value, set(SHAPES), as_is=True).prefix == ""


# -- files that mean harm, or are broken ------------------------------------------------------------------------------


class Harm:
    """What it would do is to make a file; a test sees that it does not."""

    def __init__(self, path: Path) -> None:
        self.path = str(path)

    def __reduce__(self) -> Any:
        return (open, (self.path, "w"))


def archive(data: bytes, **files: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("x/data.pkl", data)
        for name, content in files.items():
            made.writestr(f"x/{name}", content)
    return stream.getvalue()


def test_nothing_is_executed(tmp_path: Path) -> None:
    """A pickle that would call something is read around: the tensors beside it are there, the call is not made."""
    path, trace = tmp_path / "harm.pt", tmp_path / "executed"
    torch.save({"state_dict": state(), "harm": Harm(trace)}, path)
    assert set(select(read(str(path)).value, set(SHAPES)).entries) == set(SHAPES)
    assert not trace.exists()


def deep_tuples(depth: int) -> bytes:
    return b"\x80\x02}N" + b"\x85" * depth + b"Ns."  # a dict whose key is nested so deeply that hash() would overflow


def tensor_pickle(
    size: str = "(I3\nI2\nt", stride: str = "(I2\nI1\nt", offset: str = "I0\n", count: str = "I6\n"
) -> bytes:
    storage = f"(Vstorage\nctorch\nFloatStorage\nV0\nVcpu\n{count}tQ"
    text = f"(dVw\nctorch._utils\n_rebuild_tensor_v2\n({storage}{offset}{size}{stride}I00\nNtRs."
    return text.encode()


def header(text: str | bytes, length: int | None = None, rest: int = 0) -> bytes:
    data = text if isinstance(text, bytes) else text.encode()
    return struct.pack("<Q", len(data) if length is None else length) + data + bytes(rest)


def entry(shape: str = "[2]", offsets: str = "[0, 8]", dtype: str = '"F32"') -> str:
    return f'{{"w": {{"dtype": {dtype}, "shape": {shape}, "data_offsets": {offsets}}}}}'


HOSTILE: dict[str, bytes] = {
    "empty": b"",
    "text": b"hello, this is not a checkpoint at all",
    "json": b'{"a": 1}',
    "json deep": b'{"weight_map": ' + b"[" * 200_000,
    "index outside": b'{"weight_map": {"w": "../../etc/passwd"}}',
    "index absolute": b'{"weight_map": {"w": "/etc/passwd"}}',
    "index missing": b'{"weight_map": {"w": "none.safetensors"}}',
    "index of itself": b'{"weight_map": {"w": "checkpoint"}}',
    "index list": b'{"weight_map": [1]}',
    "header short": header(entry(), rest=8)[:20],
    "header huge": header(b"{}", (1 << 63) + 123),
    "header 100 GB": header(b"{}", 100 << 30),
    "header no object": header(b"{[]}"),
    "header deep": header(b'{"a":' + b"[" * 300_000),
    "header twice": header('{"w": 1, "w": 2}'),
    "offsets outside": header(entry(offsets="[0, 8]"), rest=4),
    "offsets gap": header(entry(offsets="[4, 12]"), rest=12),
    "offsets reversed": header(entry(offsets="[8, 0]"), rest=8),
    "offsets negative": header(entry(offsets="[-8, 0]"), rest=8),
    "offsets forged": header(entry(shape="[100]"), rest=8),
    "shape negative": header(entry(shape="[-2]"), rest=8),
    "shape large": header(entry(shape=f"[{'9' * 4000}]"), rest=8),
    "shape float": header(entry(shape="[2.0]"), rest=8),
    "shape rank": header(entry(shape=f"[{', '.join(['1'] * 100_000)}]"), rest=8),
    "zip of nothing": archive(b"")[:0] + b"PK\x05\x06" + bytes(18),
    "zip cut": archive(tensor_pickle(), **{"data/0": bytes(24)})[:-30],
    "zip garbage": b"PK\x03\x04" + os.urandom(64),
    "zip other": archive(b"").replace(b"data.pkl", b"info.txt"),
    "zip bomb": archive(b"\x80\x02" + b"N" * 70_000_000),
    "zip script": archive(tensor_pickle(), **{"constants.pkl": b"."}),
    "zip without memory": archive(tensor_pickle()),
    "zip short memory": archive(tensor_pickle(), **{"data/0": bytes(8)}),
    "pickle empty": archive(b""),
    "pickle cut": archive(tensor_pickle()[:-20], **{"data/0": bytes(24)}),
    "pickle stack": archive(b"\x80\x02R."),
    "pickle memo": archive(b"\x80\x02h\x07."),
    "pickle text forged": archive(b"\x80\x02X" + struct.pack("<I", 0x7FFFFFFF) + b"a."),
    "pickle bytes forged": archive(b"\x80\x04\x8e" + struct.pack("<Q", 1 << 62) + b"a."),
    "pickle long forged": archive(b"\x80\x02\x8b" + struct.pack("<I", 0x7FFFFFF0) + b"a."),
    "pickle digits": archive(b"I" + b"9" * 5000 + b"\n."),
    "pickle extension": archive(b"\x80\x02\x82\x01."),
    "pickle number": archive(b"\x80\x02K\x07."),
    "pickle odd dict": archive(b"\x80\x02}(K\x01K\x02K\x03u."),
    "pickle deep lists": archive(b"\x80\x02" + b"]" * 300_000 + b"a" * 299_999 + b"."),
    "pickle deep tuples": archive(deep_tuples(500_000)),
    "pickle itself": archive(b"\x80\x02}q\x00Va\nh\x00s."),
    "tensor too large": archive(tensor_pickle(size="(I3\nI9\nt"), **{"data/0": bytes(24)}),
    "tensor negative": archive(tensor_pickle(size="(I-3\nI2\nt"), **{"data/0": bytes(24)}),
    "tensor offset": archive(tensor_pickle(offset="I1\n"), **{"data/0": bytes(24)}),
    "tensor offset negative": archive(tensor_pickle(offset="I-1\n"), **{"data/0": bytes(24)}),
    "tensor strides": archive(tensor_pickle(stride="(I2\nt"), **{"data/0": bytes(24)}),
    "tensor no size": archive(tensor_pickle(size="N"), **{"data/0": bytes(24)}),
    "tensor huge": archive(tensor_pickle(size=f"(I{'9' * 3000}\nI2\nt"), **{"data/0": bytes(24)}),
    "storage negative": archive(tensor_pickle(count="I-6\n"), **{"data/0": bytes(24)}),
    "legacy other": pickle.dumps({"a": 1}, protocol=2),
    "legacy cut": pickle.dumps(0x1950A86A20F9469CFC6C, protocol=2) + pickle.dumps(1001, protocol=2),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_end_in_one_line(name: str, tmp_path: Path) -> None:
    """Cut off, forged, nested, bloated: one sentence that begins with the file, and soon."""
    path = tmp_path / "checkpoint"
    path.write_bytes(HOSTILE[name])
    with pytest.raises(BadFile) as error:
        select(read(str(path)).value, set(SHAPES))
    assert len(str(error.value).splitlines()) == 1 and len(str(error.value)) < 400


def test_a_tensor_that_is_whole_is_read(tmp_path: Path) -> None:
    """The pickles that the hostile ones are made of are good ones."""
    path = tmp_path / "checkpoint"
    path.write_bytes(archive(tensor_pickle(), **{"data/0": bytes(24)}))
    assert shapes(read(str(path)).value) == {"w": (3, 2)}


def is_loaded(path: Path) -> bool:
    """Whether torch loads it, whatever else it trips over."""
    try:
        torch.load(path)
    except (RuntimeError, EOFError, OSError, ValueError, LookupError, struct.error, pickle.UnpicklingError):
        return False
    return True


def test_cut_files_are_refused_as_torch_refuses_them(tmp_path: Path) -> None:
    """At every length: names and shapes come before the numbers, and a file without these cannot be loaded."""
    whole, cut = tmp_path / "whole", tmp_path / "cut"
    kept = {
        "w": torch.zeros(4, 3),
        "row": torch.zeros(5)[1:3],
        "count": torch.tensor(2),
        "on": torch.zeros(3, dtype=torch.bool),
    }
    for zipped in (False, True):
        torch.save({**kept, "again": kept["w"]}, whole, _use_new_zipfile_serialization=zipped)
        data = whole.read_bytes()
        assert len(shapes(read(str(whole)).value)) == 5
        for length in range(0, len(data), 7 if zipped else 1):
            cut.write_bytes(data[:length])
            with pytest.raises(BadFile):
                read(str(cut))
            assert not is_loaded(cut)


def test_a_legacy_file_with_forged_counts(tmp_path: Path) -> None:
    """torch refuses elements that are more or fewer than the pickle says."""
    path = tmp_path / "checkpoint"
    torch.save({"w": torch.zeros(4)}, path, _use_new_zipfile_serialization=False)
    data = path.read_bytes()
    path.write_bytes(data[:-24] + struct.pack("<q", 3) + data[-16:])
    with pytest.raises(BadFile, match="is not of 4 elements"):
        read(str(path))
    with pytest.raises(RuntimeError):
        torch.load(path)


@pytest.mark.parametrize("kind", ["folder", "pipe", "loop", "nothing", "null"])
def test_what_is_no_file_is_named_so(kind: str, tmp_path: Path) -> None:
    """A pipe that exists is no missing file, and nobody waits for it."""
    path = tmp_path / "checkpoint"
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "loop":
        path.symlink_to(path)
    said = {
        "folder": "not a regular file",
        "pipe": "not a regular file",
        "nothing": "no such file",
        "null": "not the name",
    }
    with pytest.raises(BadFile, match=said.get(kind, "symbolic links")):
        read(f"{path}\0" if kind == "null" else str(path))


@pytest.mark.parametrize("seed", range(6))
def test_damaged_files_never_crash(seed: int, tmp_path: Path) -> None:
    """A flipped byte anywhere gives the shapes, others, or one line: no other exception."""
    import random

    draw = random.Random(seed)
    good = tmp_path / "good"
    torch.save(state(), good) if seed % 2 else safetensors(SHAPES, good)
    data = good.read_bytes()
    for _ in range(150):
        bad = bytearray(data)
        for _ in range(draw.randint(1, 4)):
            bad[draw.randrange(len(bad))] = draw.randrange(256)
        path = tmp_path / "bad"
        path.write_bytes(bad[: draw.randrange(1, len(bad))] if draw.random() < 0.2 else bad)
        try:
            value = read(str(path)).value
        except BadFile as error:
            assert len(str(error).splitlines()) == 1
        else:
            found = shapes(value) if isinstance(value, dict) else {}
            assert all(dim >= 0 for shape in found.values() for dim in shape)
