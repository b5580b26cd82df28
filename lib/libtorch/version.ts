// Which LibTorch this package takes, and which one a folder holds.

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PLATFORM_PACKAGE } from './platform-package.js'

/** What a build of LibTorch computes on: the processor alone, or NVIDIA's GPUs too. */
export type Variant = 'cpu' | 'cuda'

/** The minor version, such as '2.13', of a full one: no ABI holds across LibTorch's minors. */
export function minorOf(version: string): string {
  return version.split('.').slice(0, 2).join('.')
}

/** The LibTorch that this package is built for, such as '2.13.0'; package.json holds it. */
export function supportedVersion(): string {
  const file = new URL('../../package.json', import.meta.url)
  const { libtorch } = JSON.parse(readFileSync(file, 'utf8')) as { libtorch: string }
  return libtorch
}

/** What a folder has to hold to be taken for a LibTorch, relative to it; a platform package has no headers. */
export const REQUIRED_FILES = ['lib/libtorch_cpu.so', 'include/torch/headeronly/version.h'] as const

/** The version of the LibTorch in a folder, such as '2.13.0', or null where there is none. */
export function versionIn(root: string): string | null {
  if (!existsSync(join(root, REQUIRED_FILES[0]))) return null
  return hasHeaders(root) ? versionOfHeader(root) : versionOfPackage(root)
}

/** Whether a build finds the headers that it needs; the platform package has libraries alone. */
export function hasHeaders(root: string): boolean {
  return existsSync(join(root, REQUIRED_FILES[1]))
}

function versionOfHeader(root: string): string | null {
  const header = readFileSync(join(root, REQUIRED_FILES[1]), 'utf8')
  const part = (name: string) => new RegExp(`define TORCH_VERSION_${name} (\\d+)`).exec(header)?.[1]
  const parts = [part('MAJOR'), part('MINOR'), part('PATCH')]
  return parts.includes(undefined) ? null : parts.join('.')
}

/** A platform package has the version of the LibTorch in it. */
function versionOfPackage(root: string): string | null {
  const file = join(root, 'package.json')
  if (!existsSync(file)) return null
  try {
    const { name, version } = JSON.parse(readFileSync(file, 'utf8')) as { name?: unknown; version?: unknown }
    if (name !== PLATFORM_PACKAGE) return null
    return /^\d+\.\d+\.\d+/.exec(String(version))?.[0] ?? null
  } catch {
    return null // it is no JSON
  }
}

export function variantOf(root: string): Variant {
  return existsSync(join(root, 'lib', 'libtorch_cuda.so')) ? 'cuda' : 'cpu'
}
