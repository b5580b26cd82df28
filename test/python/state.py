"""Reads files of weights with as little as possible, so that a fault of the project's writer has nowhere to hide."""

import json
import math
from pathlib import Path

import torch
from torch import Tensor

DTYPES = {
    'F64': torch.float64, 'F32': torch.float32, 'F16': torch.float16, 'BF16': torch.bfloat16, 'I64': torch.int64,
    'I32': torch.int32, 'I16': torch.int16, 'I8': torch.int8, 'U8': torch.uint8, 'BOOL': torch.bool,
}


def read_safetensors(path: Path) -> tuple[dict[str, Tensor], dict[str, str]]:
    """The tensors in the header's order, and its metadata.

    Raises ValueError where the tensors do not cover the bytes behind the header exactly, each once: the format asks
    for it, and a plain reader would not notice.
    """
    data = path.read_bytes()
    start = 8 + int.from_bytes(data[:8], 'little')
    if start > len(data):
        raise ValueError(f'its header ends at byte {start} of {len(data)}')
    header = json.loads(data[8:start])
    metadata = header.pop('__metadata__', {})
    body = bytearray(data[start:])
    state, covered = {}, 0
    for name, entry in sorted(header.items(), key=lambda item: item[1]['data_offsets']):
        dtype, shape, (begin, end) = DTYPES[entry['dtype']], entry['shape'], entry['data_offsets']
        if begin != covered or end > len(body) or end - begin != math.prod(shape) * dtype.itemsize:
            raise ValueError(f'{name} is {entry}, behind {covered} of {len(body)} bytes')
        values = torch.frombuffer(body[begin:end], dtype=dtype) if end > begin else torch.empty(0, dtype=dtype)
        state[name] = values.reshape(shape)
        covered = end
    if covered != len(body):
        raise ValueError(f'{len(body) - covered} bytes follow its last tensor')
    return {name: state[name] for name in header}, metadata


def read(path: Path) -> tuple[dict[str, Tensor], dict[str, str]]:
    """The weights and the metadata of a .safetensors file, or the dict of a PyTorch file, which has no metadata.

    Raises ValueError where the file is something else.
    """
    try:
        if path.suffix == '.safetensors':
            return read_safetensors(path)
        weights = torch.load(path, map_location='cpu', weights_only=True)
    except OSError:
        raise
    except Exception as error:  # torch.load raises whatever the bytes lead it to.
        raise ValueError(f'{path} is no file of weights: {error!r}') from error
    if not isinstance(weights, dict):
        raise ValueError(f'{path} holds a {type(weights).__name__} instead of a dict')
    return weights, {}
