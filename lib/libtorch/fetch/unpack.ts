// Unpacks what a C++ program needs of a LibTorch archive or of wheels: libraries, headers and a wheel's licences.

import { createWriteStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { TorchError } from '../../errors.js'
import { fileError } from '../../files/index.js'
import type { OnProgress } from '../../progress/index.js'
import type { Variant } from '../version.js'
import { openZip, type ZipEntry } from './zip.js'

export interface UnpackOptions {
  onProgress?: OnProgress | undefined
  signal?: AbortSignal | undefined
}

// An archive's top folder is libtorch, a wheel's torch. Static libraries and those of Python are left out.
const NEEDED: Readonly<Record<Variant, RegExp>> = {
  cpu: /^(?:libtorch|torch)\/(lib\/(?:libtorch|libtorch_cpu|libc10|libgomp[-.\w]*)\.so[.\d]*|include\/.+[^/])$/,
  cuda: /^(?:libtorch|torch)\/(lib\/(?!lib(?:torch_python|shm)\.)[^/]+\.so[.\d]*|include\/.+[^/])$/,
}
/** The libraries of NVIDIA, which those of a CUDA wheel look for in a folder nvidia beside torch. */
const NVIDIA = /^(nvidia\/.+\.so[.\d]*)$/

/** A wheel's licences stay beside torch, as pip puts them: whoever passes the libraries on has to pass them on too. */
const LICENCE = /^(torch-[^/]+\.dist-info\/licenses\/.+[^/])$/

/** Where an entry goes below the folder that holds torch, or null if it is not needed. */
export function placeOf(name: string, variant: Variant = 'cpu'): string | null {
  if (name.split('/').includes('..') || name.includes('\0')) return null
  const inTorch = NEEDED[variant].exec(name)?.[1]
  if (inTorch !== undefined) return `torch/${inTorch}`
  return LICENCE.exec(name)?.[1] ?? ((variant === 'cuda' && NVIDIA.exec(name)?.[1]) || null)
}

/** Which build of LibTorch an archive or a wheel holds by its names; null where it holds none that fits. */
export async function variantIn(file: string): Promise<Variant | null> {
  const zip = await openZip(file)
  await zip.close()
  const names = new Set(zip.entries.map(({ name }) => name))
  const has = (library: string): boolean =>
    names.has(`torch/lib/${library}`) || names.has(`libtorch/lib/${library}`)
  if (!has('libtorch_cpu.so') || has('libtorch_hip.so') || has('libtorch_xpu.so')) return null
  return has('libtorch_cuda.so') ? 'cuda' : 'cpu'
}

/**
 * Unpacks archives or wheels into `folder`/torch and, of those of NVIDIA, `folder`/nvidia, with the licences of a wheel beside them.
 *
 * @throws TorchError LIBTORCH: one is damaged; FILE: the disk refuses; ABORTED.
 */
export async function unpack(
  files: readonly string[],
  folder: string,
  variant: Variant,
  { onProgress, signal }: UnpackOptions = {},
): Promise<void> {
  const zips = await Promise.all(files.map((file) => openZip(file)))
  try {
    const wanted = zips.flatMap((zip) =>
      zip.entries.flatMap((entry) => {
        const place = placeOf(entry.name, variant)
        return place === null ? [] : [{ zip, entry, target: join(folder, place) }]
      }),
    )
    for (const each of new Set(wanted.map(({ target }) => dirname(target)))) {
      await mkdir(each, { recursive: true }).catch(asFileError(each))
    }
    const total = sizeOf(wanted.map(({ entry }) => entry))
    let done = 0
    for (const { zip, entry, target } of wanted) {
      if (signal?.aborted) throw stopped(signal)
      await zip.extract(entry, createWriteStream(target, { flags: 'wx' }), signal).catch((thrown) => {
        if (signal?.aborted) throw stopped(signal)
        return asFileError(target)(thrown)
      })
      done += entry.size
      onProgress?.({ task: 'Unpacking LibTorch', done, total })
    }
  } finally {
    for (const zip of zips) await zip.close()
  }
}

function sizeOf(entries: readonly ZipEntry[]): number {
  return entries.reduce((sum, { size }) => sum + size, 0)
}

function asFileError(path: string): (thrown: unknown) => never {
  return (thrown) => {
    throw thrown instanceof TorchError ? thrown : fileError('unpack', path, thrown)
  }
}

export function stopped(signal: AbortSignal): TorchError {
  return new TorchError('ABORTED', 'The set-up of LibTorch was stopped by its signal', {
    cause: signal.reason,
  })
}
