// What the tests of providing a LibTorch share: a cache of their own, and servers, wheels and archives that stand in.

import { chmodSync, existsSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import type { RequestListener } from 'node:http'
import { join } from 'node:path'
import { beforeEach, vi } from 'vitest'
import { type ProvideOptions, provideLibTorch } from '../../lib/libtorch/index.js'
import { answer as answerOf, serve, withoutProxy } from '../files/file-server.js'
import { temporaryFolder } from '../files/temporary-folder.js'
import { below, library, standInFiles } from '../scripts/stand-in.js'
import { zipOf } from '../scripts/zip-writer.js'

export const cpuFiles = standInFiles('2.13.0')
export const cudaFiles = {
  ...cpuFiles,
  'lib/libtorch_cuda.so': library('cuda'),
  'lib/libcudart-1a2b3c4d.so.13': library('runtime'),
}
export const archive = zipOf(below('libtorch', cpuFiles), { deflate: false })
export const nowhere = 'http://127.0.0.1:9/libtorch.zip' // the discard port: nothing listens

/** Of the running test. */
export const scene = { cache: '', said: [] as string[] }

/** Before each test of a file: an empty cache, no LibTorch, and an archive that is out of reach. */
export function withNothing(): void {
  withoutProxy()
  beforeEach(() => {
    scene.cache = temporaryFolder()
    scene.said = []
    vi.stubEnv('FACECLS_CACHE', scene.cache)
    vi.stubEnv('LIBTORCH', undefined)
    vi.stubEnv('FACECLS_LIBTORCH_URL', nowhere)
  })
}

export function provide(options: ProvideOptions = {}) {
  return provideLibTorch({ say: (line) => scene.said.push(line), ...options })
}

export async function servedAt(listener: RequestListener): Promise<string> {
  const { url } = await serve(listener)
  vi.stubEnv('FACECLS_LIBTORCH_URL', url)
  return url
}

export const giving =
  (bytes: Buffer): RequestListener =>
  (request, response) =>
    void answerOf(request, response, { content: bytes })

/** What lies in the cache. */
export function cached(): string[] {
  const folder = join(scene.cache, 'libtorch')
  return existsSync(folder) ? readdirSync(folder).sort() : []
}

export function filesIn(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile())
  return files.map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1)).sort()
}

/** A PATH whose python3 does what this shell script says; $FOLDER is where pip was told to put its downloads. */
export function pathWithPython(body: string | null): void {
  const folder = temporaryFolder()
  for (const tool of ['sh', 'cp', 'sleep']) symlinkSync(join('/bin', tool), join(folder, tool))
  if (body !== null) {
    writeFileSync(join(folder, 'python3'), ['#!/bin/sh', 'for FOLDER in "$@"; do :; done', body].join('\n'))
    chmodSync(join(folder, 'python3'), 0o755)
  }
  vi.stubEnv('PATH', folder)
}

export const WHEEL = 'torch-2.13.0-cp311-cp311-manylinux_2_28_x86_64.whl'
export const NVIDIA = 'nvidia_cublas-13.0.0-py3-none-manylinux_2_27_x86_64.whl'

/** A folder of wheels of these files. */
export function wheels(files: Record<string, Record<string, string>>): string {
  const folder = temporaryFolder()
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), zipOf(content))
  return folder
}

export const cpuWheel = () => wheels({ [WHEEL]: below('torch', cpuFiles) })
/** What torch's and NVIDIA's wheels say of what they require, for other systems and extras too. */
const REQUIRED = [
  'Metadata-Version: 2.1',
  'Requires-Dist: sympy>=1.13.3',
  `Requires-Dist: cuda-toolkit[cublas,cudart]==13.0.3; platform_system == "Linux"`,
  `Requires-Dist: nvidia-windows==1; sys_platform == 'win32'`,
].join('\n')
const TOOLKIT = [
  `Requires-Dist: nvidia-cublas==13.0.0.*; (sys_platform == 'linux' and platform_machine == 'x86_64') and extra == 'cublas'`,
  `Requires-Dist: nvidia_cublas (>=12); extra == 'cudart'`,
  `Requires-Dist: nvidia-npp==13; extra == 'npp'`,
].join('\n')

export const cudaWheels = () =>
  wheels({
    [WHEEL]: { ...below('torch', cudaFiles), 'torch-2.13.0.dist-info/METADATA': REQUIRED },
    'cuda_toolkit-13.0.3-py3-none-any.whl': { 'cuda_toolkit-13.0.3.dist-info/METADATA': TOOLKIT },
    [NVIDIA]: { 'nvidia/cublas/lib/libcublas.so.13': library('cublas'), 'nvidia/cublas/include/a.h': '' },
    'sympy-1.0-py3-none-any.whl': { 'sympy/a.py': '' },
  })

export const whole = [
  'torch/include/ATen/ATen.h',
  'torch/include/torch/headeronly/version.h',
  'torch/lib/libc10.so',
  'torch/lib/libgomp-0a1b2c3d.so.1',
  'torch/lib/libtorch.so',
  'torch/lib/libtorch_cpu.so',
]
