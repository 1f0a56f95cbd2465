"""Parts of foreign models: extractors of features, models of the hub, and configurations that a model is built from."""

from __future__ import annotations

from interp_support import explored, rejections, result


def test_a_feature_extractor_gives_what_parts_give() -> None:
    """By a dict or a list of paths, of a model of torchvision or of one's own; what is no module is not known."""
    body = """
    import torchvision
    from torchvision.models.feature_extraction import create_feature_extractor
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.body = nn.Sequential(nn.Conv2d(3, 8, 3, 2), nn.ReLU(), nn.Conv2d(8, 16, 3, 2))
            self.head = nn.Linear(16 * 7 * 7, 10)
        def forward(self, x):
            return self.head(self.body(x).flatten(1))
    x = torch.zeros(2, 3, 64, 64)
    f = create_feature_extractor(torchvision.models.resnet18(), return_nodes={"layer1": "low", "layer4": "high"})
    g = create_feature_extractor(Net(), ["body.0", "body.2"])
    a, b = f(x), g(x)
    r = (a["low"], a["high"], b["body.0"], b["body.2"])
    """
    assert result(body) == ("(2, 64, 16, 16)", "(2, 512, 2, 2)", "(2, 8, 31, 31)", "(2, 16, 15, 15)")
    # The head, which does not fit these images, is not part of the extractor.
    assert rejections(explored(body)) == []


def test_models_of_the_hub() -> None:
    """Those of torchvision's repository are known, others are not."""
    body = """
    net = torch.hub.load("pytorch/vision:v0.10.0", "resnet18", pretrained=True, trust_repo=True)
    net.fc = nn.Linear(512, 7)
    other = torch.hub.load("facebookresearch/dinov2", "dinov2_vits14")
    x = torch.zeros(2, 3, 64, 64)
    nn.Linear(3, 4)(other(x))
    r = net(x)
    """
    assert result(body) == "(2, 7)"
    assert rejections(explored(body)) == []


def test_what_loading_weights_tells() -> None:
    """Both lists of keys, as a pair or by name, and the model goes on."""
    body = """
    net = nn.Linear(3, 4)
    missing, unexpected = net.load_state_dict(torch.load("w.pt"), strict=False)
    found = net.load_state_dict(torch.load("w.pt"), strict=False)
    if found.missing_keys:
        print(found.unexpected_keys, missing, unexpected)
    r = net(torch.zeros(2, 3))
    """
    assert result(body) == "(2, 4)"


def test_a_configuration_as_arguments() -> None:
    """``**cfg`` of OmegaConf, a part of it, and an object of one's own that has keys."""
    body = """
    from omegaconf import OmegaConf
    class Options:
        def keys(self):
            return ["width", "depth"]
        def __getitem__(self, name):
            return {"width": 5, "depth": 1}[name]
    def make(width, depth=2):
        return nn.Sequential(*[nn.Conv2d(width, width, 1) for _ in range(depth)])
    cfg = OmegaConf.create({"model": {"width": 16, "depth": 3}, "lr": 0.1})
    r = (len(make(**cfg.model)), make(**cfg["model"])[0].in_channels, len(make(**Options())), list(cfg.keys()), cfg.get("x", 4))
    """
    assert result(body) == (3, 16, 1, ["model", "lr"], 4)
