// A LibTorch in name only: the files that the set-up looks for, tiny.

import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

export function versionHeader(version: string): string {
  const [major, minor, patch] = version.split('.')
  return [
    `#define TORCH_VERSION_MAJOR ${major}`,
    `#define TORCH_VERSION_MINOR ${minor}`,
    `#define TORCH_VERSION_PATCH ${patch}`,
  ].join('\n')
}

/** What a LibTorch's folder must hold, and a little that it need not. */
export function standInFiles(version: string): Record<string, string> {
  return {
    'lib/libc10.so': 'c10',
    'lib/libtorch.so': 'torch',
    'lib/libtorch_cpu.so': 'cpu '.repeat(20_000),
    'lib/libgomp-0a1b2c3d.so.1': 'openmp',
    'lib/libtorch_python.so': 'not needed',
    'lib/libdnnl.a': 'not needed',
    'include/torch/headeronly/version.h': versionHeader(version),
    'include/ATen/ATen.h': '#pragma once',
    'share/cmake/Torch/TorchConfig.cmake': 'not needed',
  }
}

/** The same below a top folder, as an archive ('libtorch') or a wheel ('torch') has it. */
export function below(top: string, files: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([name, text]) => [`${top}/${name}`, text]))
}

export function writeStandIn(folder: string, version: string): string {
  for (const [name, text] of Object.entries(standInFiles(version))) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  return folder
}
