// The driver of NVIDIA on this machine, and the one that a LibTorch for CUDA needs.

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { LibTorch } from './find.js'

const VERSION_FILE = '/proc/driver/nvidia/version'

/** The oldest driver of each CUDA, by its major version: NVIDIA's table of minor version compatibility. */
const OLDEST_DRIVERS = { 12: '525', 13: '580' }

/** The oldest driver that the LibTorch for CUDA which is fetched computes with. */
export const DRIVER_OF_SETUP = OLDEST_DRIVERS[13]

/** The version of the kernel's driver of NVIDIA, such as '580.65.06'; null where there is none. */
export function nvidiaDriver(): string | null {
  try {
    const text = readFileSync(VERSION_FILE, 'utf8')
    return /Kernel Module\D*(\d+(?:\.\d+)+)/.exec(text)?.[1] ?? 'of unknown version'
  } catch {
    return null
  }
}

/** The CUDA that a LibTorch is built for, by the name of its runtime library, such as '13'; null where it does not show. */
function cudaOf({ root }: Pick<LibTorch, 'root'>): string | null {
  // An archive has the runtime beside itself, wheels have it in one of these folders.
  const folders = ['lib', '../nvidia/cu13/lib', '../nvidia/cuda_runtime/lib'].map((name) => join(root, name))
  const names = folders.flatMap((folder) => (existsSync(folder) ? readdirSync(folder) : []))
  const versions = names.map((name) => /^libcudart[-.\w]*\.so\.(\d+)/.exec(name)?.[1])
  return versions.find((version) => version !== undefined) ?? null
}

/** The oldest driver that a LibTorch for CUDA computes with, such as '580'; null where that is not known. */
export function oldestDriver(libtorch: Pick<LibTorch, 'root'>): string | null {
  const oldest: Readonly<Record<string, string>> = OLDEST_DRIVERS
  return oldest[cudaOf(libtorch) ?? ''] ?? null
}

/** Compares the numbers of two versions as far as `wanted` has any. */
export function isAtLeast(version: string, wanted: string): boolean {
  const numbers = version.split('.').map(Number)
  for (const [index, least] of wanted.split('.').map(Number).entries()) {
    const number = numbers[index] ?? 0
    if (number !== least) return number > least
  }
  return true
}
