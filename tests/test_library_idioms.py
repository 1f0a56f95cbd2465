"""What libraries of models do that people's own files seldom do: configurations, lazy modules, questions about signatures."""

from __future__ import annotations

from interp_support import explored, rejections, result

from shapelint.summary import show


def test_a_method_knows_its_function_and_its_object() -> None:
    """By which a base asks whether a subclass has a method of its own."""
    body = """
    class Base:
        def grow(self): return 1
        def overridden(self, name): return getattr(getattr(self, name), "__func__", None) is not getattr(Base, name)
    class Same(Base):
        pass
    class Other(Base):
        def grow(self): return 2
    one = Same()
    r = (one.overridden("grow"), Other().overridden("grow"), one.grow.__self__ is one, one.grow.__name__)
    """
    assert result(body) == (False, True, True, "grow")


def test_an_object_with_numbered_elements_is_iterated_over_until_it_has_no_more() -> None:
    """Python asks for 0, 1 and so on until IndexError, whatever ``__len__`` says; what may go on for ever is not known."""
    body = """
    from collections.abc import Sequence
    class Layers(Sequence):
        def __init__(self, widths): self.widths = widths
        def __len__(self): return len(self.widths)
        def __getitem__(self, i):
            if i >= len(self): raise IndexError("no such layer")
            return self.widths[i]
    class Endless:
        def __len__(self): return 2
        def __getitem__(self, i): return 8
    net = nn.Sequential(*[nn.Linear(8, w) for w in Layers([8, 8, 5])])
    r = (net(torch.zeros(2, 8)), [w for w in Layers((3, 4))], len(list(Endless())) == 2)
    """
    shape, widths, ends = result(body)
    assert shape == "(2, 5)" and widths == [3, 4]
    assert ends not in (True, False)


def test_limits_of_types_are_numbers() -> None:
    """A clamp by one, alone or in ``torch.where``, keeps the shape."""
    body = """
    x = torch.zeros(2, 16, 8)
    most = torch.where(torch.isinf(x).any(), torch.finfo(x.dtype).max - 1000, torch.finfo(x.dtype).max)
    low = x + torch.full((16, 1), torch.finfo(x.dtype).min)
    r = (torch.clamp(x, min=-most, max=most), low, torch.iinfo(torch.int16).max, torch.iinfo(torch.uint8).bits)
    """
    assert result(body) == ("(2, 16, 8)", "(2, 16, 8)", 32767, 8)


def test_a_callback_that_asks_an_object_leaves_it_where_it_is() -> None:
    """Only what it sets, or adds to, is not known from then on."""
    body = """
    import somewhere
    class Config:
        def __init__(self): self.width, self.seen = 8, 0
        def text(self): return self
        def count(self): self.seen += 1
    class Net(nn.Module):
        def __init__(self, config):
            super().__init__()
            self.config, self.found = config, []
            somewhere.register(self.start)
            self.fc = nn.Linear(self.config.width, 4)
        def start(self, module):
            self.config.text()
            self.config.count()
            self.found.append(module)
        def forward(self, x): return self.fc(x)
    net = Net(Config())
    r = (net(torch.zeros(2, 8)), net.config.width, net.config.seen == 0, len(net.found) == 0)
    """
    shape, width, seen, found = result(body)
    assert (shape, width) == ("(2, 4)", 8)
    assert seen not in (True, False) and found not in (True, False)


def test_a_method_that_may_be_decorated_is_bound() -> None:
    """What the decorator gives depends on what is not known; either way the object is its first argument."""
    body = """
    import functools, importlib.util
    def hooked(method):
        if importlib.util.find_spec("accelerate") is None:
            return method
        @functools.wraps(method)
        def wrapper(self, *args, **kwargs):
            return method(self, *args, **kwargs)
        return wrapper
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.fc = nn.Linear(8, 4)
        @hooked
        def encode(self, x): return self.fc(x)
        def forward(self, x): return self.encode(x)
    r = Net()(torch.zeros(2, 8))
    """
    assert result(body) == "(2, 4)"
    assert rejections(explored(body)) == []


def test_packages_for_other_hardware_are_missing() -> None:
    """Of others it is not known."""
    body = """
    import importlib.util
    r = (importlib.util.find_spec("torch_npu") is None, importlib.util.find_spec("timm") is None)
    """
    npu, timm = result(body)
    assert npu is True and timm not in (True, False)


def test_private_names_belong_to_their_class() -> None:
    """``self.__frozen`` is ``_Config__frozen``: no ``hasattr(self, "__frozen")`` finds it, and a subclass has its own."""
    body = """
    class Config(dict):
        def __init__(self, **options):
            super().__init__(**options)
            for key, value in self.items():
                setattr(self, key, value)
            self.__frozen = True
        def __setattr__(self, name, value):
            if hasattr(self, "__frozen") and self.__frozen:
                raise ValueError(name)
            super().__setattr__(name, value)
        def __width(self): return 8
        def width(self): return self.__width()
    class Wide(Config):
        def __width(self): return 16
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.__fc = nn.Linear(8, 4)
        def forward(self, x): return self.__fc(x)
    c = Wide(a=1)
    c.b = 2
    net = Net()
    names = [name for name, _ in net.named_children()]
    r = (c.a, c.b, c.width(), c._Config__frozen, hasattr(c, "missing"), net(torch.zeros(2, 8)), names)
    """
    assert result(body) == (1, 2, 8, True, False, "(2, 4)", ["_Net__fc"])


def test_displays_take_the_entries_of_objects_with_keys() -> None:
    """``{**config, ...}`` of a subclass of dict."""
    body = """
    from collections import OrderedDict
    class Frozen(OrderedDict):
        pass
    r = {**Frozen({"a": 1}), "b": 2}
    """
    assert result(body) == {"a": 1, "b": 2}


def test_signatures_of_methods_layers_and_objects() -> None:
    """As Python tells them: ``self`` is told by ``getfullargspec`` and not by ``signature``."""
    body = """
    import inspect
    class Gate:
        def __call__(self, x, *, scale=2): return x
    class Net(nn.Module):
        def __init__(self, width, input_shape=None): super().__init__()
        def forward(self, x, lengths=None): return x
    spec = inspect.getfullargspec
    r = (
        list(inspect.signature(Gate().__call__).parameters), list(inspect.signature(Net(3).forward).parameters),
        spec(Net).args, spec(Net).defaults, spec(Gate()).args, spec(Gate()).kwonlyargs, spec(Net(3)).varargs,
        "inplace" in spec(nn.ReLU).args, "lengths" in spec(nn.ReLU().forward).args, spec(Net(3).forward).args,
    )
    """
    import inspect  # beside what Python itself says of the same

    class Gate:
        def __call__(self, x: object, *, scale: int = 2) -> object:
            return x

    spec = inspect.getfullargspec(Gate())
    expected = (["x", "scale"], ["x", "lengths"], ["self", "width", "input_shape"], (None,), spec.args, spec.kwonlyargs)
    assert result(body) == (*expected, "args", True, False, ["self", "x", "lengths"])


def test_modules_that_import_what_they_are_asked_for() -> None:
    """What takes their place gives what they tell type checkers."""
    files = {
        "models/zoo/__init__.py": """
        from typing import TYPE_CHECKING
        SLOW = False
        _structure = {"nets": ["Net"]}
        if TYPE_CHECKING or SLOW:
            from .nets import Net
        else:
            import sys
            sys.modules[__name__] = LazyModule(__name__, globals()["__file__"], _structure)
        """,
        "models/zoo/nets.py": """
        import torch.nn as nn
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.fc = nn.Linear(8, 4)
            def forward(self, x): return self.fc(x)
        """,
        "models/plain.py": """
        from typing import TYPE_CHECKING
        if TYPE_CHECKING:
            from .zoo.nets import Net
        """,
    }
    body = """
    from .zoo import Net
    r = Net()(torch.zeros(2, 8))
    """
    assert result(body, files) == "(2, 4)"
    # What replaces nothing does not have it: the file fails.
    assert result(body.replace(".zoo", ".plain"), files) != "(2, 4)"


def test_global_names_by_text() -> None:
    """Those that are bound; of others it is not known whether they are."""
    body = """
    def small(): return nn.Linear(8, 4)
    def make(name):
        found = globals().get(name)
        return found() if found is not None else None
    globals()["large"] = lambda: nn.Linear(8, 40)
    x = torch.zeros(2, 8)
    r = (globals()["small"]()(x), make("small")(x), make("large")(x), "small" in globals(), "tiny" in globals())
    """
    *known, missing = result(body)
    assert known == ["(2, 4)", "(2, 4)", "(2, 40)", True]
    assert missing not in (True, False)


def test_tensors_cannot_be_called() -> None:
    """``default(a, b)`` gives the first that is there, and calls what makes one."""
    body = """
    def default(*args):
        for arg in args:
            if arg is not None:
                return arg() if callable(arg) else arg
    x = torch.zeros(2, 8)
    r = (default(None, x), default(lambda: x), callable(nn.ReLU()), callable(x))
    """
    assert result(body) == ("(2, 8)", "(2, 8)", True, False)


def test_a_model_is_given_what_its_own_forward_takes() -> None:
    """``net.forward = MethodType(forward, net)`` after it was built: the names are those of the new function."""
    source = """
import types
import torch.nn as nn

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(3, 4)

    def forward(self, x, scale):
        return self.fc(x) * scale

def made():
    def forward(self, image):
        return self.fc(image)
    net = Net()
    net.forward = types.MethodType(forward, net)
    return net
"""
    shown = show("net.py::made()", [(2, 3)], read={"net.py": source}.get)
    assert (shown["output"], shown["refused"]) == ([2, 4], None)


def test_bases_that_torch_keeps_to_itself_are_modules() -> None:
    """So what holds one is no leaf; what it computes is not known."""
    source = """
import torch.nn as nn
from torch.nn.modules.batchnorm import _BatchNorm

class Norm(_BatchNorm):
    def _check_input_dim(self, input):
        return

class Both(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm = Norm(3)

    def forward(self, x):
        return self.norm(x)
"""
    shown = show("net.py::Both", [(2, 3)], read={"net.py": source}.get)
    assert [(call["path"], call["out"]) for call in shown["calls"]] == [("norm", None)]


def test_methods_of_modules_that_are_not_modelled_exist() -> None:
    """``get_parameter`` raises nothing that a handler could take for a missing weight."""
    body = """
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.fc = nn.Linear(8, 4)
            self._register_load_state_dict_pre_hook(print)
        def forward(self, x):
            try:
                self.get_parameter("fc.weight")
            except AttributeError:
                raise ValueError("no such parameter")
            return self.fc(x)
    r = Net()(torch.zeros(2, 8))
    """
    assert result(body) == "(2, 4)"
