"""``pytorch_lightning``, under its names of today too (``lightning.pytorch``): hyperparameters, and what a trainer calls.

https://lightning.ai/docs/pytorch/stable/common/trainer.html: ``fit`` gives each batch of a loader to ``training_step``, after
two batches of validation.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import libcst as cst

from shapelint.interp.library.declare import ANYTHING, Invocation, means, method
from shapelint.interp.library.no_effect import returns
from shapelint.interp.model.classes import Class, Instance
from shapelint.interp.model.functions import Function
from shapelint.interp.model.module_tree import MODULE, is_module, named_modules
from shapelint.interp.model.values import Gap, Thrown
from shapelint.interp.objects.calls import call_method
from shapelint.shapes import Unknown, Value

_MODULE = Class("LightningModule", (MODULE,), unknown_base="pytorch_lightning.LightningModule")
_DATA = Class("LightningDataModule", unknown_base="pytorch_lightning.LightningDataModule")
_TRAINER = Class("Trainer", unknown_base="pytorch_lightning.Trainer")
_HPARAMS = Class("AttributeDict", unknown_base="pytorch_lightning.utilities.AttributeDict")
_LOADERS = "{phase}_dataloader"

for _class in (_MODULE, _DATA, _TRAINER):
    means(f"pytorch_lightning.{_class.name}", _class)
method(_DATA, "__init__", ANYTHING)(returns(None))
method(_TRAINER, "__init__", ANYTHING)(returns(None))


# -- hyperparameters ----------------------------------------------------------------------------------------------------


def _save_hyperparameters(
    at: Invocation, self: Instance, names: tuple[Value, ...], options: Mapping[str, Value]
) -> Value:
    """``self.hparams`` has the arguments of the constructor that calls it, or those of them that are named, or a whole object."""
    known = _arguments(at)
    only = names[0] if len(names) == 1 else None
    if isinstance(only, Instance):
        known = only.attributes
    elif isinstance(only, dict):
        known = {key: value for key, value in only.items() if isinstance(key, str)}
    elif names:
        known = {name: known.get(name, Unknown("a hyperparameter")) for name in names if isinstance(name, str)}
    at.update(self, {"hparams": Instance(_HPARAMS, dict(known))})
    return None


def _arguments(at: Invocation) -> Mapping[str, Value]:
    """The parameters of the function that is executed, as they are now."""
    node, names = at.frame.node, at.frame.names
    if not isinstance(node, (cst.FunctionDef, cst.Lambda)):
        return {}
    params = [*node.params.posonly_params, *node.params.params, *node.params.kwonly_params]
    found = {param.name.value: names[param.name.value] for param in params[1:] if param.name.value in names}
    rest = None if node.params.star_kwarg is None else names.get(node.params.star_kwarg.name.value)
    return found | ({key: rest[key] for key in rest if isinstance(key, str)} if isinstance(rest, dict) else {})


for _class in (_MODULE, _DATA):
    method(_class, "save_hyperparameters", "self, *names, **options")(_save_hyperparameters)


@method(_HPARAMS, "__getitem__", "self, key")
def parameter(at: Invocation, self: Instance, key: Value) -> Value:
    """``self.hparams["width"]`` is ``self.hparams.width``."""
    return (
        self.attributes.get(key, Unknown("a hyperparameter")) if isinstance(key, str) else Unknown("a hyperparameter")
    )


@method(_HPARAMS, "get", "self, key, default=None")
def parameter_or(at: Invocation, self: Instance, key: Value, default: Value) -> Value:
    """The same, or the default where that is not one of them."""
    return self.attributes.get(key, default) if isinstance(key, str) else Unknown("a hyperparameter")


# -- the trainer --------------------------------------------------------------------------------------------------------


@method(
    _TRAINER,
    "fit",
    "self, model, train_dataloaders=None, val_dataloaders=None, datamodule=None, *rest, **options",
)
def fit(
    at: Invocation,
    self: Instance,
    model: Value,
    train_dataloaders: Value,
    val_dataloaders: Value,
    datamodule: Value,
    rest: Value,
    options: Mapping[str, Value],
) -> Value:
    """A batch of each loader, where one is known, goes through its step."""
    if not is_module(model):
        return None
    source = train_dataloaders if _is_data(train_dataloaders) else datamodule
    train = options.get("train_dataloader", None if _is_data(train_dataloaders) else train_dataloaders)
    _step(at, model, "validation", _loader(at, model, source, "val", val_dataloaders))
    _step(at, model, "training", _loader(at, model, source, "train", train))
    return None


def _tested(name: str, phase: str) -> None:
    @method(_TRAINER, name, "self, model=None, dataloaders=None, *rest, **options")
    def run(
        at: Invocation, self: Instance, model: Value, dataloaders: Value, rest: Value, options: Mapping[str, Value]
    ) -> Value:
        """``test`` and ``validate`` go through one loader."""
        if is_module(model):
            source = dataloaders if _is_data(dataloaders) else options.get("datamodule")
            given = None if _is_data(dataloaders) else dataloaders
            _step(at, model, name if name == "test" else "validation", _loader(at, model, source, phase, given))
        return Unknown("what a trainer measured")


_tested("test", "test")
_tested("validate", "val")


def _is_data(value: Value) -> bool:
    return isinstance(value, Instance) and value.cls.derives(_DATA)


def _loader(at: Invocation, model: Instance, source: Value, phase: str, given: Value) -> Value:
    """The loader that is ``given``, or else that of the data module or of the model itself; None if nobody has one."""
    name = _LOADERS.format(phase=phase)
    if given is not None:
        return given
    for holder in (source, model):
        if isinstance(holder, Instance) and _is_defined(holder, name):
            if holder is source and _is_defined(holder, "setup"):
                _called(at, holder, "setup", "test" if phase == "test" else "fit")
            return _called(at, holder, name)
    return None


def _is_defined(holder: Instance, name: str) -> bool:
    """Whether the program defines the method, in a class of its own."""
    found = holder.cls.find(name)
    return found is not None and isinstance(found[1], Function)


def _called(at: Invocation, holder: Instance, name: str, *args: Value) -> Value:
    try:
        return call_method(at.machine, holder, name, args, at.node, at.frame)
    except Thrown as error:
        return Unknown(f"{error.name} is raised in '{name}'")


def _step(at: Invocation, model: Instance, phase: str, loader: Value) -> None:
    """The first batch of the loader goes through the step of that name, in the mode that the trainer sets."""
    name = f"{phase}_step"
    if loader is None or isinstance(loader, (Unknown, list, tuple, dict)) or not _is_defined(model, name):
        return
    batch = next(iter(at.iterate(loader)), None)
    if batch is None or isinstance(batch, Gap):
        return
    for module in (module for _, module in named_modules(model)):
        at.update(module, {"training": phase == "training"})
    _called(at, model, name, *_arguments_of_step(model, name, batch))


def _arguments_of_step(model: Instance, name: str, batch: Value) -> Iterator[Value]:
    """The batch and its number, as far as the step takes them."""
    found = model.cls.find(name)
    function = None if found is None else found[1]
    count = len(function.node.params.params) - 1 if isinstance(function, Function) else 0
    yield from (batch, 0)[:count]
