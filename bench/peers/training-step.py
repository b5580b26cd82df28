"""The training step of bench/training-step.ts by PyTorch at its best: channels_last, frozen batch norms in eval mode, the
frozen part without gradients, a fused Adam, bfloat16 by autocast where asked for. Prepared pixels on the device, augmented
by nothing: PyTorch has the lighter work. On a GPU, as here, float32 is no TF32 and cuDNN is reproducible.

    python training-step.py --facenet FOLDER --size 160 --batch-size 64 --freeze trunk --classes 7000 --precision bfloat16

FOLDER holds facenet_pytorch: pip download facenet-pytorch --no-deps, unpacked.
"""

import argparse
import importlib
import json
import sys
import time
import types

import torch

WARM_UP = 4


def network(folder: str, classes: int) -> torch.nn.Module:
    """InceptionResnetV1 with the report's head. Only its own file is read: the package wants torchvision and requests."""
    for name in ("facenet_pytorch", "facenet_pytorch.models", "facenet_pytorch.models.utils"):
        module = types.ModuleType(name)
        module.__path__ = [f"{folder}/{name.replace('.', '/')}"]
        sys.modules[name] = module
    download = types.ModuleType("download")
    download.download_url_to_file = None
    sys.modules["facenet_pytorch.models.utils.download"] = download
    for name in ("requests", "requests.adapters"):
        sys.modules.setdefault(name, types.ModuleType(name))
    sys.modules["requests.adapters"].HTTPAdapter = None
    trunk = importlib.import_module("facenet_pytorch.models.inception_resnet_v1").InceptionResnetV1()
    activation = torch.nn.LeakyReLU
    trunk.last_linear = torch.nn.Identity()
    trunk.last_bn = torch.nn.Identity()
    trunk.dropout = torch.nn.Identity()
    head = torch.nn.Sequential(
        torch.nn.Linear(1792, 1024), activation(), torch.nn.Dropout(0.5),
        torch.nn.Linear(1024, 512), activation(), torch.nn.Dropout(0.5),
        torch.nn.Linear(512, classes),
    )  # fmt: skip
    return torch.nn.ModuleDict({"trunk": trunk, "head": head})


def pooled(trunk: torch.nn.Module, x: torch.Tensor, learning: bool) -> torch.Tensor:
    """The 1792 pooled features; gradients are recorded from repeat_3.4 on where the last layers learn."""
    with torch.no_grad():
        for name in ("conv2d_1a", "conv2d_2a", "conv2d_2b", "maxpool_3a", "conv2d_3b", "conv2d_4a", "conv2d_4b"):
            x = getattr(trunk, name)(x)
        for name in ("repeat_1", "mixed_6a", "repeat_2", "mixed_7a"):
            x = getattr(trunk, name)(x)
        x = trunk.repeat_3[:4](x)
    with torch.set_grad_enabled(learning):
        x = trunk.block8(trunk.repeat_3[4](x))
        return torch.flatten(trunk.avgpool_1a(x), 1)


def prepare(model: torch.nn.Module, freeze: str) -> list[torch.nn.Parameter]:
    """Sets the modes and returns what learns."""
    trunk = model["trunk"]
    trunk.eval()
    model["head"].train()
    for parameter in trunk.parameters():
        parameter.requires_grad_(False)
    layers = [m for m in trunk.modules() if list(m.parameters(recurse=False))]
    for layer in [] if freeze == "trunk" else layers[-int(freeze):]:
        layer.train()
        for parameter in layer.parameters():
            parameter.requires_grad_(True)
    return [p for p in model.parameters() if p.requires_grad]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--facenet", required=True)
    parser.add_argument("--size", type=int, default=160)
    parser.add_argument("--batch-size", type=int, default=64)
    last_layers = [str(layers) for layers in range(1, 19)]  # repeat_3.4 and block8; below them nothing learns here
    parser.add_argument("--freeze", default="trunk", choices=["trunk", *last_layers], metavar="trunk|1..18")
    parser.add_argument("--classes", type=int, default=7000)
    parser.add_argument("--precision", choices=["float32", "bfloat16"], default="float32")
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cpu")
    parser.add_argument("--steps", type=int, default=10)
    given = parser.parse_args()

    torch.set_flush_denormal(True)
    torch.backends.cudnn.conv.fp32_precision = "ieee"
    torch.backends.cudnn.deterministic = True
    model = network(given.facenet, given.classes).to(given.device, memory_format=torch.channels_last)
    parameters = prepare(model, given.freeze)
    optimizer = torch.optim.Adam(parameters, lr=1e-4, weight_decay=1e-4, fused=True)
    loss = torch.nn.CrossEntropyLoss(label_smoothing=0.1)
    x = torch.randn(given.batch_size, 3, given.size, given.size).to(given.device, memory_format=torch.channels_last)
    labels = torch.arange(given.batch_size, device=given.device) % given.classes

    rates = []
    for step in range(WARM_UP + given.steps):
        began = time.perf_counter()
        optimizer.zero_grad()
        with torch.autocast(given.device, torch.bfloat16, enabled=given.precision == "bfloat16"):
            features = pooled(model["trunk"], x, learning=given.freeze != "trunk")
            value = loss(model["head"](features), labels)
        value.backward()
        optimizer.step()
        value.item()
        if step >= WARM_UP:
            rates.append(given.batch_size / (time.perf_counter() - began))
    rates.sort()
    print(json.dumps({
        "peer": f"PyTorch {torch.__version__}", "size": given.size, "batchSize": given.batch_size, "freeze": given.freeze,
        "classes": given.classes, "precision": given.precision, "device": given.device, "threads": torch.get_num_threads(),
        "imagesPerSecond": {"median": rates[len(rates) // 2], "slowest": rates[0], "fastest": rates[-1]},
    }))  # fmt: skip


main()
