// Fetches the CPU wheel of PyTorch by pip: a zip that holds a LibTorch. No Python is needed to use it.

import { existsSync, readdirSync, statSync } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { findProgram, run } from './run.mjs'
import { megabytes, SetupError } from './terminal.mjs'
import { readEntry } from './unpack.mjs'

const POLL_MS = 500

/** Resolves to the path of the wheel in `staging`. */
export async function downloadWheel({ version, staging, folder, step, byHand }) {
  const python = findProgram('python3')
  if (python === null) {
    throw new SetupError(
      `LibTorch ${version} cannot be fetched: the archive is out of reach, and there is no python3 for pip. ${byHand}`,
    )
  }
  step.say(`fetching torch==${version} by pip (about 200 MB) into ${folder}`)
  const partial = join(staging, 'pip')
  await mkdir(partial)
  const { code, output } = await watchedPip(python, version, staging, partial, step)
  const wheel = readdirSync(staging).find((name) => name.endsWith('.whl'))
  if (code !== 0 || wheel === undefined) {
    throw new SetupError(
      `LibTorch ${version} cannot be fetched: the archive is out of reach, and pip says: ${reasonIn(output)}. ${byHand}`,
    )
  }
  await refuseCuda(join(staging, wheel), version, byHand)
  return join(staging, wheel)
}

// pip names the size when it starts; how far it is shows in the file that grows in its temporary folder.
async function watchedPip(python, version, staging, partial, step) {
  let size = null
  const timer = setInterval(() => {
    const bytes = wheelBytes(partial) + wheelBytes(staging)
    if (bytes > 0) step.progress(`${megabytes(bytes)}${size === null ? '' : ` of ${size}`}`)
  }, POLL_MS)
  const onLine = (line) => {
    size = /^\s*Downloading .*\(([\d.]+ [kMG]B)\)/.exec(line)?.[1] ?? size
  }
  try {
    return await run(python, pipArguments(version, staging), {
      onLine,
      env: { ...process.env, TMPDIR: partial },
    })
  } finally {
    clearInterval(timer)
    await rm(partial, { recursive: true, force: true })
  }
}

// The tags are those of one wheel that holds what every Python's holds; glibc 2.28 is its oldest.
function pipArguments(version, staging) {
  const tags = ['--only-binary=:all:', '--python-version', '3.11', '--platform', 'manylinux_2_28_x86_64']
  const quiet = ['--disable-pip-version-check', '--progress-bar', 'off', '--no-input']
  return ['-m', 'pip', 'download', `torch==${version}`, '--no-deps', ...tags, ...quiet, '-d', staging]
}

function wheelBytes(folder) {
  if (!existsSync(folder)) return 0
  let bytes = 0
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (entry.isFile() && entry.name.endsWith('.whl')) {
      bytes +=
        statSync(join(entry.parentPath ?? entry.path, entry.name), { throwIfNoEntry: false })?.size ?? 0
    }
  }
  return bytes
}

// pip's default index offers the CUDA build on some machines: 500 MB without the libraries that it needs.
async function refuseCuda(wheel, version, byHand) {
  const text = await readEntry(wheel, 'torch/version.py').catch((error) => {
    throw new SetupError(`${error.message}. Run the same command again.`)
  })
  if (text === null || !/^cuda\b[^=\n]*= None$/m.test(text)) {
    throw new SetupError(`pip offered a build of torch ${version} that is not for the CPU alone. ${byHand}`)
  }
}

function reasonIn(output) {
  const lines = output.split('\n').filter((line) => /^ERROR: |No module named pip/.test(line))
  return (
    lines
      .at(-1)
      ?.replace(/^ERROR: /, '')
      .trim() ?? 'nothing'
  )
}
