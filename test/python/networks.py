"""The three networks in PyTorch, written from their papers and from the names in their public state_dicts.

They stand in for facenet_pytorch's InceptionResnetV1 and torchvision's mobilenet_v2 and resnet50, so that the test
needs no package but torch: a state_dict of theirs loads here and gives the same numbers, and the other way round.
"""

import torch
from torch import Tensor, nn

MINIMUM_SIZE = {'inceptionResnetV1': 75, 'mobilenetV2': 1, 'resnet50': 1}
"""Pixels a side below which nothing is left of a photograph."""

Kernel = int | tuple[int, int]


def padding_of(kernel: Kernel) -> Kernel:
    """What keeps the size before the stride."""
    return kernel // 2 if isinstance(kernel, int) else (kernel[0] // 2, kernel[1] // 2)


def mlp(features: int, classes: int, hidden: list[int]) -> nn.Sequential:
    """The project's own head; as `head` of a network its Linear layers are head.0, head.3, head.6, ..."""
    layers: list[nn.Module] = []
    for width in hidden:
        layers += [nn.Linear(features, width), nn.LeakyReLU(0.01), nn.Dropout(0.5)]
        features = width
    return nn.Sequential(*layers, nn.Linear(features, classes))


# InceptionResnetV1: Szegedy et al. 2016, as David Sandberg's FaceNet and facenet_pytorch have it.


class Unit(nn.Module):
    """Convolution without bias, batch norm and ReLU."""

    def __init__(self, width: int, out: int, kernel: Kernel = 1, stride: int = 1, padding: Kernel = 0) -> None:
        super().__init__()
        self.conv = nn.Conv2d(width, out, kernel, stride, padding, bias=False)
        self.bn = nn.BatchNorm2d(out, eps=0.001)

    def forward(self, x: Tensor) -> Tensor:
        return self.bn(self.conv(x)).relu()


def branch(width: int, *steps: tuple[int, Kernel] | tuple[int, Kernel, int]) -> nn.Module:
    """Units of (channels, kernel[, stride]), padded unless they stride; a single one has no number in its name."""
    units = []
    for out, kernel, *stride in steps:
        units.append(Unit(width, out, kernel, *stride, padding=0 if stride else padding_of(kernel)))
        width = out
    return units[0] if len(units) == 1 else nn.Sequential(*units)


class Branches(nn.Module):
    """branch0, branch1, ... over one input, their channels put one behind the other."""

    def __init__(self, *branches: nn.Module) -> None:
        super().__init__()
        self.names = [f'branch{i}' for i in range(len(branches))]
        for name, module in zip(self.names, branches):
            self.add_module(name, module)

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat([self.get_submodule(name)(x) for name in self.names], dim=1)


class InceptionBlock(Branches):
    """Branches projected back to the width of x and added to it, scaled."""

    def __init__(self, width: int, joined: int, scale: float, *branches: nn.Module, relu: bool = True) -> None:
        super().__init__(*branches)
        self.conv2d = nn.Conv2d(joined, width, 1)
        self.scale = scale
        self.relu = relu

    def forward(self, x: Tensor) -> Tensor:
        y = x + self.scale * self.conv2d(super().forward(x))
        return y.relu() if self.relu else y


def block35() -> InceptionBlock:
    branches = branch(256, (32, 1)), branch(256, (32, 1), (32, 3)), branch(256, (32, 1), (32, 3), (32, 3))
    return InceptionBlock(256, 96, 0.17, *branches)


def block17() -> InceptionBlock:
    branches = branch(896, (128, 1)), branch(896, (128, 1), (128, (1, 7)), (128, (7, 1)))
    return InceptionBlock(896, 256, 0.10, *branches)


def block8(scale: float, relu: bool) -> InceptionBlock:
    branches = branch(1792, (192, 1)), branch(1792, (192, 1), (192, (1, 3)), (192, (3, 1)))
    return InceptionBlock(1792, 384, scale, *branches, relu=relu)


class InceptionResnetV1(nn.Module):
    """Its own classifier is the embedding, not brought to unit length, and one layer of logits on it."""

    def __init__(self, classes: int, hidden: list[int] | None) -> None:
        super().__init__()
        self.conv2d_1a = Unit(3, 32, 3, stride=2)
        self.conv2d_2a = Unit(32, 32, 3)
        self.conv2d_2b = Unit(32, 64, 3, padding=1)
        self.maxpool_3a = nn.MaxPool2d(3, stride=2)
        self.conv2d_3b = Unit(64, 80)
        self.conv2d_4a = Unit(80, 192, 3)
        self.conv2d_4b = Unit(192, 256, 3, stride=2)
        self.repeat_1 = nn.Sequential(*(block35() for _ in range(5)))
        self.mixed_6a = Branches(
            branch(256, (384, 3, 2)),
            branch(256, (192, 1), (192, 3), (256, 3, 2)),
            nn.MaxPool2d(3, stride=2),
        )
        self.repeat_2 = nn.Sequential(*(block17() for _ in range(10)))
        self.mixed_7a = Branches(
            branch(896, (256, 1), (384, 3, 2)),
            branch(896, (256, 1), (256, 3, 2)),
            branch(896, (256, 1), (256, 3), (256, 3, 2)),
            nn.MaxPool2d(3, stride=2),
        )
        self.repeat_3 = nn.Sequential(*(block8(0.20, relu=True) for _ in range(5)))
        self.block8 = block8(1.0, relu=False)
        if hidden is None:
            self.dropout = nn.Dropout(0.6)
            self.last_linear = nn.Linear(1792, 512, bias=False)
            self.last_bn = nn.BatchNorm1d(512, eps=0.001)
            self.logits = nn.Linear(512, classes)
        else:
            self.head = mlp(1792, classes, hidden)

    def forward(self, x: Tensor) -> Tensor:
        x = self.conv2d_2b(self.conv2d_2a(self.conv2d_1a(x)))
        x = self.conv2d_4b(self.conv2d_4a(self.conv2d_3b(self.maxpool_3a(x))))
        x = self.repeat_2(self.mixed_6a(self.repeat_1(x)))
        x = self.block8(self.repeat_3(self.mixed_7a(x)))
        x = x.mean(dim=(2, 3))
        if hasattr(self, 'head'):
            return self.head(x)
        return self.logits(self.last_bn(self.last_linear(self.dropout(x))))


# MobileNetV2: Sandler et al. 2018, width 1, under torchvision's names.


def convolution(width: int, out: int, kernel: int = 1, stride: int = 1, groups: int = 1) -> list[nn.Module]:
    """Convolution without bias and batch norm."""
    conv = nn.Conv2d(width, out, kernel, stride, padding_of(kernel), groups=groups, bias=False)
    return [conv, nn.BatchNorm2d(out)]


def unit(width: int, out: int, kernel: int = 1, stride: int = 1, groups: int = 1) -> nn.Sequential:
    return nn.Sequential(*convolution(width, out, kernel, stride, groups), nn.ReLU6())


class InvertedResidual(nn.Module):
    """Expands, filters each channel, projects back; adds its input where both have one shape."""

    def __init__(self, width: int, out: int, stride: int, expansion: int) -> None:
        super().__init__()
        inner = width * expansion
        expand = [unit(width, inner)] if expansion != 1 else []
        filter_each = unit(inner, inner, 3, stride, groups=inner)
        self.conv = nn.Sequential(*expand, filter_each, *convolution(inner, out))
        self.residual = stride == 1 and width == out

    def forward(self, x: Tensor) -> Tensor:
        return x + self.conv(x) if self.residual else self.conv(x)


class MobileNetV2(nn.Module):
    def __init__(self, classes: int, hidden: list[int] | None) -> None:
        super().__init__()
        features: list[nn.Module] = [unit(3, 32, 3, stride=2)]
        width = 32
        # Table 2 of the paper: expansion, channels, blocks, stride of the first block.
        for expansion, out, blocks, stride in (
            (1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)
        ):
            for block in range(blocks):
                features.append(InvertedResidual(width, out, stride if block == 0 else 1, expansion))
                width = out
        self.features = nn.Sequential(*features, unit(width, 1280))
        if hidden is None:
            self.classifier = nn.Sequential(nn.Dropout(0.2), nn.Linear(1280, classes))
        else:
            self.head = mlp(1280, classes, hidden)

    def forward(self, x: Tensor) -> Tensor:
        x = self.features(x).mean(dim=(2, 3))
        return self.head(x) if hasattr(self, 'head') else self.classifier(x)


# ResNet-50: He et al. 2015, with the stride at the 3x3 convolution ("v1.5") and torchvision's names.


class Bottleneck(nn.Module):
    def __init__(self, width: int, inner: int, stride: int) -> None:
        super().__init__()
        out = 4 * inner
        self.conv1, self.bn1 = convolution(width, inner)
        self.conv2, self.bn2 = convolution(inner, inner, 3, stride)
        self.conv3, self.bn3 = convolution(inner, out)
        changes = stride != 1 or width != out
        self.downsample = nn.Sequential(*convolution(width, out, 1, stride)) if changes else None

    def forward(self, x: Tensor) -> Tensor:
        y = self.bn1(self.conv1(x)).relu()
        y = self.bn2(self.conv2(y)).relu()
        y = self.bn3(self.conv3(y))
        return (y + (x if self.downsample is None else self.downsample(x))).relu()


def bottlenecks(count: int, width: int, inner: int, stride: int) -> nn.Sequential:
    rest = [Bottleneck(4 * inner, inner, 1) for _ in range(count - 1)]
    return nn.Sequential(Bottleneck(width, inner, stride), *rest)


class ResNet50(nn.Module):
    def __init__(self, classes: int, hidden: list[int] | None) -> None:
        super().__init__()
        self.conv1, self.bn1 = convolution(3, 64, 7, stride=2)
        self.maxpool = nn.MaxPool2d(3, stride=2, padding=1)
        self.layer1 = bottlenecks(3, 64, 64, stride=1)
        self.layer2 = bottlenecks(4, 256, 128, stride=2)
        self.layer3 = bottlenecks(6, 512, 256, stride=2)
        self.layer4 = bottlenecks(3, 1024, 512, stride=2)
        if hidden is None:
            self.fc = nn.Linear(2048, classes)
        else:
            self.head = mlp(2048, classes, hidden)

    def forward(self, x: Tensor) -> Tensor:
        x = self.maxpool(self.bn1(self.conv1(x)).relu())
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        x = x.mean(dim=(2, 3))
        return self.head(x) if hasattr(self, 'head') else self.fc(x)


NETWORKS = {'inceptionResnetV1': InceptionResnetV1, 'mobilenetV2': MobileNetV2, 'resnet50': ResNet50}


def build(architecture: str, classes: int, hidden: list[int] | None) -> nn.Module:
    """The network with its own classifier, or, where `hidden` is a list, with an MLP of these widths instead."""
    return NETWORKS[architecture](classes, hidden)
