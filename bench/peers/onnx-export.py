"""Draws weights for one of the project's networks, and writes them twice: as weights.pt, and with the network as
model.onnx, from photographs (N, 3, size, size) to logits (N, classes). For bench/inference.

    python onnx-export.py --architecture resnet50 --classes 1000 --size 224 --output FOLDER

Wants torch and onnx. The networks are those of test/python/networks.py.
"""

import argparse
import sys
import warnings
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / 'test' / 'python'))
import networks  # noqa: E402
from loop import randomise  # noqa: E402

parser = argparse.ArgumentParser()
parser.add_argument('--architecture', choices=networks.NETWORKS, required=True)
parser.add_argument('--classes', type=int, required=True)
parser.add_argument('--size', type=int, required=True)
parser.add_argument('--output', type=Path, required=True)
arguments = parser.parse_args()

torch.manual_seed(0)
example = torch.rand(2, 3, arguments.size, arguments.size) * 2 - 1
model = networks.build(arguments.architecture, arguments.classes, None)
randomise(model, example)
torch.save(model.state_dict(), arguments.output / 'weights.pt')

warnings.simplefilter('ignore')
batch = {0: 'batch'}
torch.onnx.export(
    model, (example,), str(arguments.output / 'model.onnx'), input_names=['photographs'], output_names=['logits'],
    dynamic_axes={'photographs': batch, 'logits': batch}, dynamo=False,
)  # fmt: skip
