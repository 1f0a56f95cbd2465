"""Batches of loaders: what torch.utils.data makes of samples, compared with torch itself."""

from __future__ import annotations

import re
from typing import Any

import pytest
import torch
import torch.utils.data as data
from interp_support import explored, plain, rejections, result, values

from shapelint.shapes import Tensor

IMPORTS = "from torch.utils.data import *\nimport numpy as np\n"
FEW = "x, y = torch.zeros(10, 3, 8, 8), torch.arange(10)\nds = TensorDataset(x, y)\n"


def batch_of(source: str) -> Any:
    """What our loader gives first, the size of the batch as ``B``."""
    return result(f"{IMPORTS}{FEW}{source}\nr = next(iter(loader))")


def batch_in_torch(source: str) -> Any:
    """What torch's loader gives first, of as many samples as it takes; the size of the batch as ``B``."""
    names: dict[str, Any] = {"torch": torch, **vars(data)}
    exec(FEW + source, names)
    batch = next(iter(names["loader"]))
    return _with_b(batch, names.get("size", 4))


def _with_b(value: Any, size: int) -> Any:
    if isinstance(value, torch.Tensor):
        dims = ["B" if i == 0 and dim == size else str(dim) for i, dim in enumerate(value.shape)]
        return f"({', '.join(dims)}{',' * (len(dims) == 1)})"
    return type(value)(_with_b(part, size) for part in value)


LOADERS = {
    "tensors": "loader = DataLoader(ds, batch_size=4)",
    "shuffled": "loader = DataLoader(ds, 4, True)",
    "dropped": "size = 0\nloader = DataLoader(ds, batch_size=4, drop_last=True)",
    "single": "size = 0\nloader = DataLoader(ds)",
    "no batches": "size = 0\nloader = DataLoader(ds, batch_size=None)",
    "subset": "size = 0\nloader = DataLoader(Subset(ds, [0, 1, 2, 3]), 4)",
    "split": "size = 0\ntrain, rest = random_split(ds, [8, 2])\nloader = DataLoader(train, batch_size=4)",
    "concatenated": "size = 0\nloader = DataLoader(ConcatDataset([ds, ds]), batch_size=4)",
    "added": "size = 0\nloader = DataLoader(ds + ds, batch_size=4)",
    "a tensor": "loader = DataLoader(x, batch_size=4)",
    "a list": "loader = DataLoader([(row, 1.5) for row in x], batch_size=4)",
    "sampler": "loader = DataLoader(ds, batch_size=4, sampler=RandomSampler(ds))",
    "batch sampler": "loader = DataLoader(ds, batch_sampler=BatchSampler(SequentialSampler(ds), 4, False))",
    "own class": "class Own(Dataset):\n    def __len__(self): return 9\n    def __getitem__(self, i): return x[i].mean(0), i, True\n"
    "loader = DataLoader(Own(), 4)",
    "iterable": "class Own(IterableDataset):\n    def __iter__(self):\n        for row in x: yield row, 1\nloader = DataLoader(Own(), 4)",
    "collate function": "loader = DataLoader(ds, 4, collate_fn=lambda rows: (torch.stack([a for a, b in rows]), torch.tensor([b for a, b in rows])))",
}  # fmt: skip


@pytest.mark.parametrize("name", LOADERS)
def test_a_batch_has_the_shapes_that_it_has_in_torch(name: str) -> None:
    """The last batch may be smaller, so its size is a number only where every batch has it."""
    ours, theirs = batch_of(LOADERS[name]), batch_in_torch(LOADERS[name])
    assert re.sub(r"\bn\b", "B", str(ours)) == str(theirs)  # a list of unknown length is called n


def test_dicts_and_texts_are_collated_by_name() -> None:
    """A dict of samples is a dict of batches; texts stay a list."""
    source = """
class Own(Dataset):
    def __len__(self): return 9
    def __getitem__(self, i): return {"image": torch.zeros(3, 4), "label": 1, "name": "a", "array": np.zeros(5)}
r = next(iter(DataLoader(Own(), batch_size=2)))
r["name"] = type(r["name"]) is list
"""
    assert result(IMPORTS + source) == {"image": "(B, 3, 4)", "label": "(B,)", "name": True, "array": "(B, 5)"}


ROUNDS = {
    "for x, y in loader: r = x": "(B, 3, 8, 8)", "for i, (x, y) in enumerate(loader): r = x": "(B, 3, 8, 8)",
    "for i, batch in enumerate(loader, 1): r = batch[0]": "(B, 3, 8, 8)", "r = next(iter(loader))[0]": "(B, 3, 8, 8)",
    "it = iter(loader)\nr = it.next()[0]": "(B, 3, 8, 8)", "from tqdm import tqdm\nfor x, y in tqdm(loader): r = x": "(B, 3, 8, 8)",
    "from tqdm.auto import tqdm\nbar = tqdm(enumerate(loader), total=3)\nfor i, (x, y) in bar:\n    bar.set_postfix(i=i)\n    r = x": "(B, 3, 8, 8)",
    "for (x, _), (z, _) in zip(loader, loader): r = torch.cat([x, z], 1)": "(B, 6, 8, 8)", "r = [x for x, y in loader][0]": "(B, 3, 8, 8)",
    "for x, y in ds: r = x": "(3, 8, 8)", "r = ds[3][0]": "(3, 8, 8)", "r = len(ds)": 10, "r = len(Subset(ds, range(7)))": 7,
    "r = len(ds + ds)": 20, "r = [len(part) for part in random_split(ds, [8, 2])]": [8, 2],
}  # fmt: skip


@pytest.mark.parametrize("source", ROUNDS)
def test_loaders_are_gone_through_in_every_usual_way(source: str) -> None:
    """Loops, enumerations, iterators, progress bars."""
    loader = "loader = DataLoader(ds, batch_size=4)\n"
    found = result(f"{IMPORTS}{FEW}{loader}{source}")
    # a size that may be another in the next round is called q
    assert (found.replace("q", "B") if isinstance(found, str) else found) == ROUNDS[source]


LOOP = """
from torchvision import datasets, transforms
def main():
    ds = datasets.MNIST('.', transform=transforms.ToTensor())
    loader = torch.utils.data.DataLoader(ds, batch_size=64)
    conv = nn.Conv2d({channels}, 8, 3)
    for epoch in range(100):
        for i, (images, labels) in enumerate(loader):
            {before}
            loss = conv(images).sum()
            {after}
if __name__ == '__main__':
    main()
"""


@pytest.mark.parametrize("after", ["loss.backward()", "print(loss)", "loss.backward()\n            break"])
def test_the_first_round_of_a_loop_is_certain(after: str) -> None:
    """Of a training loop or of another, in a function that the script calls."""
    assert rejections(explored(LOOP.format(channels=2, before="pass", after=after))) == ["2 channels expected, got 1"]
    assert not rejections(explored(LOOP.format(channels=1, before="pass", after=after)))


@pytest.mark.parametrize(
    "before",
    [
        "images = images.to(device) if unknown() else images.repeat(1, 2, 1, 1)",
        "if unknown(): continue",
        "if i: conv = nn.Conv2d(2, 8, 3)",
        "images = images.view(64, 2, -1, 14)",
        "images = preprocess(images)",
    ],
)
def test_what_may_be_another_way_proves_nothing(before: str) -> None:
    """An unknown condition, rounds after the first, a size that the batch may have, a function from elsewhere."""
    unknown = "from elsewhere import unknown, preprocess, device\n"
    channels = 1 if before.startswith("if i:") else 2
    assert not rejections(explored(unknown + LOOP.format(channels=channels, before=before, after="loss.backward()")))


def test_what_a_loop_counts_is_unknown_after_it() -> None:
    """One round is executed, but there may be more: numbers and lists that it changes are no longer known."""
    source = """
ds = TensorDataset(torch.zeros(10, 3))
total, seen = 0, []
for (x,) in DataLoader(ds, batch_size=4):
    total += 1
    seen.append(x)
    x.sum().backward()
"""
    found = values(IMPORTS + source)
    assert not isinstance(found["total"], int)
    assert not isinstance(found["seen"], list) or not all(isinstance(part, Tensor) for part in found["seen"])


def test_an_unknown_collate_function_gives_an_unknown_batch() -> None:
    """Also where it may be among arguments that are not known."""
    unknown = "import elsewhere\n"
    for option in ("collate_fn=elsewhere.f", "**elsewhere.options"):
        found = result(f"{IMPORTS}{unknown}{FEW}loader = DataLoader(ds, 4, {option})\nr = next(iter(loader))")
        assert "Unknown" in str(plain(found))


def test_options_that_depend_on_a_device_hide_nothing_else() -> None:
    """``kwargs = {...} if cuda else {}``: only what one of the dicts has may have been given."""
    options = "kwargs = {'num_workers': 1, 'pin_memory': True} if torch.cuda.is_available() else {}\n"
    assert batch_of(f"{options}loader = DataLoader(ds, batch_size=4, **kwargs)") == ["(B, 3, 8, 8)", "(B,)"]
    other = "kwargs = {'collate_fn': print} if torch.cuda.is_available() else {}\n"
    assert "Unknown" in str(batch_of(f"{other}loader = DataLoader(ds, batch_size=4, **kwargs)"))


def test_a_data_set_of_no_samples_gives_no_batch() -> None:
    """What is certain needs a first batch."""
    source = "ds = TensorDataset(torch.zeros(0, 3))\nfor (x,) in DataLoader(ds): nn.Linear(4, 5)(x)"
    assert not rejections(explored(IMPORTS + source))


ENTRIES = {
    "a decorator": "@hydra.main(config_path='c')\ndef main(cfg):\n    go(cfg.width)\nmain()",
    "options": "@click.command()\n@click.option('--lr', default=0.1)\ndef main(lr, width):\n    go(width)\nmain()",
    "a command line": "def main(width, depth=3):\n    go(depth)\nfire.Fire(main)",
    "processes": "def worker(rank, args):\n    go(args)\ntorch.multiprocessing.spawn(worker, nprocs=2, args=(1,))",
    "an interrupt": "try:\n    go(1)\nexcept KeyboardInterrupt:\n    print('stopped')",
    "a search that raises": "def find():\n    for name in os.listdir('.'):\n        if name: return name\n    raise OSError\ngo(find())",
}


@pytest.mark.parametrize("name", ENTRIES)
def test_what_others_call_is_a_path_of_the_script(name: str) -> None:
    """Functions that a library calls with arguments of its own, loops that end at a key, searches that find something."""
    before = "import os\nimport hydra, click, fire\ndef go(width):\n    nn.Conv2d(2, 8, 3)(torch.zeros(1, 1, 8, 8))\n"
    assert rejections(explored(before + ENTRIES[name])) == ["2 channels expected, got 1"]


def test_a_path_that_may_be_left_early_proves_nothing() -> None:
    """Where another exception is caught the rest may never run; a function without its arguments is not called."""
    go = "def go(width):\n    nn.Conv2d(2, 8, 3)(torch.zeros(1, 1, 8, 8))\n"
    assert not rejections(explored(go + "try:\n    go(1)\nexcept (KeyboardInterrupt, RuntimeError):\n    pass"))
    assert not rejections(explored(go + "go()"))


COLLECTED = {
    "of unknown elements": "r = [torch.tensor(row) for row in elsewhere.rows][index].view(1, 6, 6)",
    "in a loop": "rows = []\nfor row in elsewhere.rows: rows.append(torch.tensor(row))\nr = rows[index].view(1, 6, 6)",
    "on either way": "rows = [torch.zeros(1, 6, 6)] if elsewhere.flag else [torch.ones(1, 6, 6)] * 2\nr = rows[index]",
}


@pytest.mark.parametrize("name", COLLECTED)
def test_lists_of_tensors_remember_what_their_elements_are_like(name: str) -> None:
    """Data sets that keep their samples in a list."""
    assert result(f"import elsewhere\nindex = len(elsewhere.rows)\n{COLLECTED[name]}") == "(1, 6, 6)"


def test_an_element_of_another_round_may_have_another_shape() -> None:
    """A pyramid of unknown depth: its levels are tensors, and that is all that is known."""
    source = """
import elsewhere
x, levels = torch.zeros(1, 3, 64, 64), []
for _ in elsewhere.rows:
    x = F.max_pool2d(x, 2)
    levels.append(x)
r = levels[-1]
"""
    assert result(source) == "(...)"


def test_a_long_loop_is_gone_through_in_two_rounds() -> None:
    """A loop over every image by its number would leave nothing to spend on what follows."""
    source = """
from torchvision import datasets, transforms
ds = datasets.MNIST('.', transform=transforms.ToTensor())
count = 0
for i in range(len(ds)):
    image, label = ds[i]
    count += 1
r = nn.Conv2d(1, 8, 3)(image[None])
"""
    assert result(source) == "(1, 8, 26, 26)"


ENDLESS = """
from torchvision import datasets, transforms
def cycle(loader):
    while True:
        for batch in loader:
            yield batch
class Stream(IterableDataset):
    def __iter__(self):
        while True:
            yield torch.zeros(3, 8, 8)
batches = cycle(DataLoader(datasets.CIFAR10('.', transform=transforms.ToTensor()), 4))
step, net = 0, nn.Conv2d(1, 8, 3)
while step < 100_000:
    images, labels = next(batches)
    net(images).sum().backward()
    step += 1
for x in DataLoader(Stream(), 4):
    nn.Conv2d(2, 8, 3)(x)
"""


def test_iterators_without_an_end_are_drawn_from() -> None:
    """Nobody waits for the end of ``cycle(loader)``; a training loop that counts its own steps is one round and others."""
    assert rejections(explored(IMPORTS + ENDLESS)) == ["1 channels expected, got 3", "2 channels expected, got 3"]
