import { mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import {
  cached,
  cpuWheel,
  cudaWheels,
  filesIn,
  NVIDIA,
  pathWithPython,
  provide,
  scene,
  WHEEL,
  whole,
  withNothing,
} from './providing.js'

withNothing()

/** pip that brings what it is asked for from a folder of wheels, and writes down with which arguments. */
function pipFrom(wheels: string, before = ''): void {
  const bring = [
    ['torch==', 'torch-*'],
    ['cuda-toolkit', 'cuda_toolkit-*'],
    ['nvidia-cublas', 'nvidia_cublas-*'],
  ].map(([start, files]) => `${start}*) cp '${wheels}'/${files} "$FOLDER";;`)
  pathWithPython(
    `echo "$@" >> '${scene.cache}/arguments'\n${before}\ncase "$4" in ${bring.join(' ')} *) exit 1;; esac`,
  )
}

const asked = (): string[] =>
  readFileSync(join(scene.cache, 'arguments'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split(' ')[3] as string)

const kept = (): string => join(scene.cache, 'libtorch/.downloads/wheels-2.13.0-cuda')

describe('for CUDA the wheels of NVIDIA come beside', () => {
  test('one by one, as the wheels before say, and no other', async () => {
    pipFrom(cudaWheels())
    const { libtorch } = await provide({ variant: 'cuda' })
    expect(libtorch).toMatchObject({ variant: 'cuda', root: join(scene.cache, 'libtorch/2.13.0-cuda/torch') })
    expect(filesIn(join(scene.cache, 'libtorch/2.13.0-cuda'))).toEqual(
      [
        ...whole,
        'torch/lib/libtorch_cuda.so',
        'torch/lib/libcudart-1a2b3c4d.so.13',
        'nvidia/cublas/lib/libcublas.so.13',
      ].sort(),
    )
    expect(asked()).toEqual([
      'torch==2.13.0,!=2.13.0+cpu', // a folder of wheels of the user's own may hold that for the processor
      'cuda-toolkit[cublas,cudart]==13.0.3',
      'nvidia-cublas==13.0.0.*,>=12',
    ])
    expect(readdirSync(join(scene.cache, 'libtorch/.downloads'))).toEqual([])
  })

  test('of whatever platform their tags name', async () => {
    pipFrom(cudaWheels())
    await provide({ variant: 'cuda' })
    const [line = ''] = readFileSync(join(scene.cache, 'arguments'), 'utf8').split('\n')
    for (const tag of ['manylinux_2_28', 'manylinux_2_18', 'manylinux_2_5', 'manylinux2014', 'manylinux1'])
      expect(line).toContain(`--platform ${tag}_x86_64 `)
    expect(line).toContain(' --no-deps --only-binary=:all: --python-version 3.11 ')
  })
})

describe('a fetch that breaks off', () => {
  test('keeps the wheels that have come, which the next one goes on with', async () => {
    const wheels = cudaWheels()
    const fails = 'case "$4" in nvidia*) echo "ERROR: the connection broke" >&2; exit 1;; esac'
    pipFrom(wheels, fails)
    await expect(provide({ variant: 'cuda' })).rejects.toThrow('pip says: the connection broke. By hand: ')
    expect(readdirSync(kept()).sort()).toEqual(['cuda_toolkit-13.0.3-py3-none-any.whl', WHEEL].sort())
    expect(cached()).toEqual(['.downloads'])

    // pip says the same of a wheel that lies where it is to go, after a look at its hash.
    const finds = `case "$4" in torch*) if [ -f "$FOLDER/${WHEEL}" ]; then exit 0; else exit 1; fi;; esac`
    pipFrom(wheels, finds)
    expect((await provide({ variant: 'cuda' })).libtorch.variant).toBe('cuda')
    expect(readdirSync(join(scene.cache, 'libtorch/.downloads'))).toEqual([])
  })

  test('a wheel of another version that was kept is left aside', async () => {
    mkdirSync(kept(), { recursive: true })
    const old = 'nvidia_cublas-12.0.0-py3-none-any.whl'
    writeFileSync(join(kept(), old), 'no zip at all')
    utimesSync(join(kept(), old), 1, 1)
    pipFrom(cudaWheels())
    expect((await provide({ variant: 'cuda' })).libtorch.variant).toBe('cuda')
  })

  test('where another build comes, nothing of it is kept', async () => {
    pipFrom(cpuWheel())
    await expect(provide({ variant: 'cuda' })).rejects.toThrow('not for CUDA with its libraries')
    expect(readdirSync(join(scene.cache, 'libtorch/.downloads'))).toEqual([])
  })
})

describe('the hash of each wheel', () => {
  const record = (): string => join(scene.cache, 'libtorch/checksums.json')

  test('is recorded at the first fetch', async () => {
    pipFrom(cudaWheels())
    await provide({ variant: 'cuda' })
    const hash = expect.stringMatching(/^[0-9a-f]{64}$/)
    expect(JSON.parse(readFileSync(record(), 'utf8'))).toEqual({ [WHEEL]: hash, [NVIDIA]: hash })
  })

  test('has to agree with the first at every later one', async () => {
    mkdirSync(join(scene.cache, 'libtorch'), { recursive: true })
    writeFileSync(record(), JSON.stringify({ [NVIDIA]: 'a'.repeat(64) }))
    pipFrom(cudaWheels())
    await expect(provide({ variant: 'cuda' })).rejects.toMatchObject({
      code: 'DOWNLOAD',
      message: expect.stringMatching(
        /^The wheel "nvidia_cublas-.*" has the SHA-256 [0-9a-f]{64}, but it was a{64} .* remove ".*checksums\.json"\.$/,
      ),
    })
    expect(cached()).toEqual(['.downloads', 'checksums.json'])
    expect(readdirSync(join(scene.cache, 'libtorch/.downloads'))).toEqual([])
  })
})
