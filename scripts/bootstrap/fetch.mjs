// Fetches LibTorch for the CPU: the official archive, and where that is out of reach the wheel by pip.

import { createWriteStream } from 'node:fs'
import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { megabytes, SetupError } from './terminal.mjs'
import { unpackLibTorch } from './unpack.mjs'
import { downloadWheel } from './wheel.mjs'

const REACH_MS = 5000
const STALL_MS = 60_000

/** The official archive of a version, or the one that FACECLS_LIBTORCH_URL names in its place. */
export function archiveUrl(version, env = process.env) {
  const name = `libtorch-shared-with-deps-${version}%2Bcpu.zip`
  return env.FACECLS_LIBTORCH_URL || `https://download.pytorch.org/libtorch/cpu/${name}`
}

/**
 * Fetches LibTorch into `folder`/torch. All work is done in a folder beside it, which takes its name at the end: a
 * fetch that breaks or is stopped leaves nothing half-made.
 */
export async function fetchLibTorch({ version, folder, step, isWhole }) {
  const parent = dirname(folder)
  const staging = join(parent, `.fetch-${process.pid}`)
  const stop = async () => {
    await rm(staging, { recursive: true, force: true })
    process.exit(130)
  }
  await mkdirOrExplain(parent)
  await removeAbandoned(parent)
  process.once('SIGINT', stop).once('SIGTERM', stop)
  try {
    await mkdir(staging, { recursive: true })
    const file = await download(version, staging, folder, step)
    const torch = join(staging, 'torch')
    await unpackLibTorch(file, torch, step)
    await rm(file)
    if (!isWhole(torch))
      throw new SetupError(`${basename(file)} holds no LibTorch ${version}. ${byHand(version)}`)
    await takePlace(staging, folder, () => isWhole(join(folder, 'torch')))
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop)
    await rm(staging, { recursive: true, force: true })
  }
  step.done(`${version}, ${join(folder, 'torch')}`)
}

/** Another process may have put a whole one there meanwhile, which serves as well; a damaged one gives way. */
async function takePlace(staging, folder, isTaken) {
  if (isTaken()) return
  await rm(folder, { recursive: true, force: true })
  await rename(staging, folder).catch((error) => {
    if (isTaken()) return
    throw new SetupError(
      `LibTorch cannot be put into ${folder}: ${error.message}. Remove that folder and try again.`,
    )
  })
}

async function download(version, staging, folder, step) {
  const url = archiveUrl(version)
  const response = await reach(url)
  if (response.ok) return downloadArchive(response, url, staging, folder, step)
  step.say(`${url}: ${response.reason}; trying the wheel of PyTorch by pip`)
  return downloadWheel({ version, staging, folder, step, byHand: byHand(version) })
}

async function reach(url) {
  const controller = new AbortController()
  const timer = setTimeout(() => controller.abort(), REACH_MS)
  try {
    const response = await fetch(url, { signal: controller.signal })
    if (response.ok) return response
    await response.body?.cancel()
    return { ok: false, reason: `answered ${response.status}` }
  } catch (error) {
    const late = controller.signal.aborted
    return { ok: false, reason: late ? `no answer within ${REACH_MS / 1000} s` : wordsOf(error) }
  } finally {
    clearTimeout(timer)
  }
}

async function downloadArchive(response, url, staging, folder, step) {
  const total = Number(response.headers.get('content-length')) || null
  const size = total === null ? 'of unknown size' : megabytes(total)
  step.say(`fetching ${url} (${size}) into ${folder}`)
  const file = join(staging, 'libtorch.zip')
  let received = 0
  const counted = async function* (chunks) {
    for await (const chunk of chunks) {
      received += chunk.length
      step.progress(`${megabytes(received)} of ${size}`)
      yield chunk
    }
  }
  try {
    await pipeline(watched(Readable.fromWeb(response.body)), counted, createWriteStream(file))
  } catch (error) {
    throw new SetupError(
      `The download of ${url} broke off after ${megabytes(received)}: ${wordsOf(error)}. Run the same command again.`,
    )
  }
  if (total !== null && received !== total) {
    throw new SetupError(
      `The download of ${url} ended after ${received} of ${total} bytes. Run the same command again.`,
    )
  }
  return file
}

// A connection that stays silent is given up.
function watched(stream) {
  const give = () => stream.destroy(new Error(`nothing came for ${STALL_MS / 1000} s`))
  let timer = setTimeout(give, STALL_MS)
  const again = () => {
    clearTimeout(timer)
    timer = setTimeout(give, STALL_MS)
  }
  return stream.on('data', again).on('close', () => clearTimeout(timer))
}

function wordsOf(error) {
  return error.cause?.message || error.message
}

export function byHand(version) {
  return (
    `By hand: on a machine with a network, fetch ${archiveUrl(version)}, unpack it, and set LIBTORCH to its ` +
    'folder libtorch'
  )
}

async function mkdirOrExplain(folder) {
  try {
    await mkdir(folder, { recursive: true })
  } catch (error) {
    throw new SetupError(
      `The cache ${folder} cannot be written: ${error.message}. Move it with: export FACECLS_CACHE=<a folder of yours>`,
    )
  }
}

// What a killed process left behind.
async function removeAbandoned(parent) {
  for (const entry of await readdir(parent)) {
    const pid = Number(/^\.fetch-(\d+)$/.exec(entry)?.[1])
    if (pid > 0 && !isAlive(pid)) await rm(join(parent, entry), { recursive: true, force: true })
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}
