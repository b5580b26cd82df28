"""Pillow's half of the comparison of resizing: its BILINEAR filter, which takes the mean where it makes smaller.

    resize.py fixture FILE     writes the photograph and its sizes that the tests keep
    resize.py folder FOLDER    resizes what FOLDER/jobs.json lists, and writes each beside its source

A wrong argument or file is one line on stderr and exit code 2.
"""

import base64
import json
import sys
import zlib
from pathlib import Path

import PIL
from PIL import Image

WIDTH, HEIGHT = 97, 71
SIZES = [(97, 71), (48, 35), (32, 32), (13, 7), (1, 1), (1, 71), (97, 1), (98, 70), (120, 88), (150, 20), (11, 140)]


def photograph() -> bytes:
    """A head before a gradient, with the grain of a camera and hard edges, in integers alone."""
    pixels = bytearray()
    state = 1
    for y in range(HEIGHT):
        for x in range(WIDTH):
            state = (state * 1103515245 + 12345) % 2**31
            grain = state >> 20 & 15
            is_head = (2 * x - WIDTH) ** 2 * 3 + (2 * y - HEIGHT) ** 2 * 2 < 6000
            is_edge = (x // 8 + y // 8) % 7 == 0
            red, green, blue = (200, 150, 120) if is_head else (2 * x, 3 * y, 220 - x - y)
            if is_edge:
                red, green, blue = 255 - grain, 255 - green, 0
            pixels += bytes(min(255, max(0, value + grain)) for value in (red, green, blue))
    return bytes(pixels)


def resized(pixels: bytes, width: int, height: int, to: tuple[int, int]) -> bytes:
    return Image.frombytes("RGB", (width, height), pixels).resize(to, Image.Resampling.BILINEAR).tobytes()


def packed(pixels: bytes) -> str:
    return base64.b64encode(zlib.compress(pixels, 9)).decode()


def write_fixture(file: Path) -> None:
    source = photograph()
    results = [
        {"width": width, "height": height, "pixels": packed(resized(source, WIDTH, HEIGHT, (width, height)))}
        for width, height in SIZES
    ]
    about = {"pillow": PIL.__version__, "width": WIDTH, "height": HEIGHT, "pixels": packed(source)}
    file.write_text(json.dumps({**about, "resized": results}, indent=1) + "\n")


def resize_folder(folder: Path) -> None:
    for job in json.loads((folder / "jobs.json").read_text()):
        source = (folder / job["source"]).read_bytes()
        for size in job["sizes"]:
            to = (size["width"], size["height"])
            (folder / size["file"]).write_bytes(resized(source, job["width"], job["height"], to))


def main() -> int:
    commands = {"fixture": write_fixture, "folder": resize_folder}
    if len(sys.argv) != 3 or sys.argv[1] not in commands:
        print("Usage: resize.py fixture FILE | folder FOLDER", file=sys.stderr)
        return 2
    try:
        commands[sys.argv[1]](Path(sys.argv[2]))
    except (OSError, ValueError, KeyError) as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
