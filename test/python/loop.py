"""PyTorch's half of the loop between it and the project: writes weights for the project to read, and reads its own.

Prints one JSON object; a wrong argument or file is one line on stderr and exit code 2.
"""

import argparse
import copy
import json
import math
import struct
import sys
from pathlib import Path
from typing import NoReturn

sys.dont_write_bytecode = True  # before the modules beside this one: no __pycache__ in the source tree

import torch
from torch import Tensor, nn

import networks
import state


def randomise(model: nn.Module, batch: Tensor) -> None:
    """Draws values that leave nothing trivial, and logits of this batch that one absolute tolerance suits.

    Every batch norm has statistics and factors of its own, so that one that is mixed up or left out shows.
    Convolutions about keep the size of a signal: with PyTorch's own draw it fades layer by layer, until the logits
    are those of the biases alone, whatever the photograph. The last layer is scaled to a largest logit of 1.
    """
    for module in model.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.normal_(module.weight, std=1.2 / math.sqrt(module.weight[0].numel()))
        elif isinstance(module, (nn.BatchNorm1d, nn.BatchNorm2d)):
            nn.init.normal_(module.running_mean, std=0.1)
            nn.init.uniform_(module.running_var, 0.5, 1.5)
            nn.init.uniform_(module.weight, 0.5, 1.5)
            nn.init.normal_(module.bias, std=0.1)
            module.num_batches_tracked.fill_(7)
    last = [module for module in model.modules() if isinstance(module, nn.Linear)][-1]
    with torch.no_grad():
        largest = model.eval()(batch).abs().max()
        last.weight /= largest
        last.bias /= largest


def checkpoint(model: nn.Module, batch: Tensor, arguments: dict[str, object]) -> dict[str, object]:
    """What a training loop under DataParallel saves; the optimizer has done one step on a copy of the network."""
    trained = copy.deepcopy(model)
    optimizer = torch.optim.SGD(trained.parameters(), lr=0.01, momentum=0.9)
    trained(batch).square().mean().backward()
    optimizer.step()
    return {
        'epoch': 3,
        'state_dict': {f'module.{name}': tensor for name, tensor in model.state_dict().items()},
        'optimizer': optimizer.state_dict(),
        'args': arguments,
    }


def halved(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    return {name: tensor.half() if tensor.is_floating_point() else tensor for name, tensor in tensors.items()}


def load(model: nn.Module, tensors: dict[str, Tensor]) -> None:
    """Strictly, but for the counters of batches, which old files lack. Changes element types to the model's."""
    own = model.state_dict()
    counters = {name: tensor for name, tensor in own.items() if name.endswith('.num_batches_tracked')}
    model.load_state_dict(counters | dict(tensors), strict=True)


def logits_of(model: nn.Module, batch: Tensor) -> list[list[float]]:
    with torch.inference_mode():
        return model.eval()(batch).tolist()


def write(arguments: argparse.Namespace) -> dict[str, object]:
    """Writes one network's weights in every form that the project reads, and photographs to compare logits on."""
    torch.manual_seed(arguments.seed)
    model = networks.build(arguments.architecture, arguments.classes, arguments.hidden)
    batch = torch.randn(arguments.count, 3, arguments.size, arguments.size)
    randomise(model, batch)

    folder: Path = arguments.output
    folder.mkdir(parents=True, exist_ok=True)
    (folder / 'input.bin').write_bytes(struct.pack(f'<{batch.numel()}f', *batch.flatten().tolist()))
    weights = model.state_dict()
    half = halved(weights)
    torch.save(weights, folder / 'zip.pt')
    torch.save(weights, folder / 'legacy.pt', _use_new_zipfile_serialization=False)
    described = {'arch': arguments.architecture, 'classes': arguments.classes, 'hidden': arguments.hidden, 'lr': 0.01}
    torch.save(checkpoint(model, batch, described), folder / 'checkpoint.pt')
    torch.save(half, folder / 'half.pt')
    channels_last = copy.deepcopy(model).to(memory_format=torch.channels_last)
    torch.save(channels_last.state_dict(), folder / 'channels_last.pt')
    # keep_vars leaves the parameters nn.Parameter; the buffers are tensors.
    torch.save(dict(model.state_dict(keep_vars=True)), folder / 'parameters.pt')

    logits = logits_of(model, batch)
    load(model, half)
    parameters = sum(parameter.numel() for parameter in model.parameters())
    return {'logits': logits, 'halfLogits': logits_of(model, batch), 'parameters': parameters}


def logits(arguments: argparse.Namespace) -> dict[str, object]:
    """What PyTorch makes of a file of weights, such as one that the project has written."""
    values = arguments.input.read_bytes()
    photograph = 3 * arguments.size * arguments.size * 4
    if not values or len(values) % photograph:
        raise ValueError(f'{arguments.input}: {len(values)} bytes, not a multiple of {photograph} for one photograph')
    batch = torch.tensor(struct.unpack(f'<{len(values) // 4}f', values)).reshape(-1, 3, arguments.size, arguments.size)
    tensors, metadata = state.read(arguments.weights)
    model = networks.build(arguments.architecture, arguments.classes, arguments.hidden)
    try:
        load(model, tensors)
    except RuntimeError as error:
        raise ValueError(f'{arguments.weights}: {error}') from error
    return {'logits': logits_of(model, batch), 'metadata': metadata}


def versions(_: argparse.Namespace) -> dict[str, object]:
    return {'torch': torch.__version__}


class Parser(argparse.ArgumentParser):
    """One line on an error, without the usage before it."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f'{self.prog}: {" ".join(message.split())}\n')


def positive(text: str) -> int:
    if (value := int(text)) < 1:
        raise ValueError
    return value


def widths(text: str) -> list[int]:
    """'8,4'; '' is no hidden layer: one Linear on the pooled features."""
    return [positive(width) for width in text.split(',')] if text else []


def parser() -> Parser:
    shared = Parser(add_help=False)
    shared.add_argument('--architecture', choices=networks.NETWORKS, required=True)
    shared.add_argument('--classes', type=positive, required=True)
    shared.add_argument('--hidden', type=widths, help="of the MLP head, '8,4'; without it the network's own classifier")
    shared.add_argument('--size', type=positive, required=True, help='pixels a side')

    root = Parser(prog='loop.py', description=__doc__)
    commands = root.add_subparsers(required=True, metavar='command')
    command = commands.add_parser('write', parents=[shared], help=write.__doc__)
    command.add_argument('--seed', type=int, required=True)
    command.add_argument('--count', type=positive, required=True, help='of photographs')
    command.add_argument('--output', type=Path, required=True, help='folder')
    command.set_defaults(run=write)
    command = commands.add_parser('logits', parents=[shared], help=logits.__doc__)
    command.add_argument('--weights', type=Path, required=True, help='.safetensors, or a state_dict of torch.save')
    command.add_argument('--input', type=Path, required=True, help='float32 photographs, little-endian')
    command.set_defaults(run=logits)
    command = commands.add_parser('versions', help='Which PyTorch this is')
    command.set_defaults(run=versions)
    return root


def main() -> None:
    root = parser()
    arguments = root.parse_args()
    least = networks.MINIMUM_SIZE.get(getattr(arguments, 'architecture', ''), 0)
    if least and arguments.size < least:
        root.error(f'argument --size: {arguments.architecture} needs at least {least} pixels')
    try:
        print(json.dumps(arguments.run(arguments), allow_nan=False))
    except (OSError, ValueError) as error:
        root.error(str(error))


if __name__ == '__main__':
    main()
