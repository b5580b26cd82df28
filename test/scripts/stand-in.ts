// A LibTorch in name only: the files that the set-up looks for, tiny.

import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { PLATFORM_PACKAGE } from '../../lib/libtorch/index.js'

export function versionHeader(version: string): string {
  const [major, minor, patch] = version.split('.')
  return [
    `#define TORCH_VERSION_MAJOR ${major}`,
    `#define TORCH_VERSION_MINOR ${minor}`,
    `#define TORCH_VERSION_PATCH ${patch}`,
  ].join('\n')
}

/** Whole to whoever looks at the header of ELF and at where its table of sections ends. */
export function library(content: string): string {
  const header = Buffer.alloc(64)
  header.write('\u007fELF')
  header[4] = 2 // 64 bits
  header.writeUInt16LE(62, 18) // x64
  header.writeBigUInt64LE(64n, 40) // where the table lies
  header.writeUInt16LE(2, 58) // bytes of an entry
  header.writeUInt16LE(1, 60) // entries
  return `${header.toString('latin1')}${content}` // all bytes are ASCII, so that it may be text
}

/** What a LibTorch's folder must hold, and a little that it need not. */
export function standInFiles(version: string): Record<string, string> {
  return {
    'lib/libc10.so': library('c10'),
    'lib/libtorch.so': library('torch'),
    'lib/libtorch_cpu.so': library('cpu '.repeat(20_000)),
    'lib/libgomp-0a1b2c3d.so.1': library('openmp'),
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

/** A platform package as npm installs it: libraries without headers, and a package.json that has their version. */
export function writePlatformPackage(folder: string, version: string): string {
  for (const [name, text] of Object.entries(standInFiles(version))) {
    if (!name.startsWith('lib/')) continue
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: PLATFORM_PACKAGE, version }))
  return folder
}
