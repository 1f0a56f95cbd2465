"""``torch.hub``: the models of torchvision's repository are those of the package; what other repositories hold is not known."""

from __future__ import annotations

from collections.abc import Mapping

from shapelint.interp.library.declare import Invocation, models
from shapelint.interp.model.values import External
from shapelint.shapes import Value

_OF_THE_HUB = frozenset({"source", "trust_repo", "force_reload", "verbose", "skip_validation"})
_VISION = "pytorch/vision"


@models("torch.hub.load", "repo_or_dir, model, *args, **options")
def load(
    at: Invocation, repo_or_dir: Value, model: Value, args: tuple[Value, ...], options: Mapping[str, Value]
) -> Value:
    """``torch.hub.load("pytorch/vision", "resnet18", weights=None)``, with or without a version after a colon."""
    if isinstance(repo_or_dir, str) and repo_or_dir.partition(":")[0] == _VISION and isinstance(model, str):
        build = at.machine.project.external(f"torchvision.models.{model}")
        if not isinstance(build, External):
            return at.call(build, *args, **{name: value for name, value in options.items() if name not in _OF_THE_HUB})
    return at.unknown("a model of a repository that is not here")
