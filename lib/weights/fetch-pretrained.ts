// Published weights as a file on this machine: one fetched by hand, the cache's, or fetched now.

import { stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { TorchError } from '../errors.js'
import { cacheFolder, download, quoted, sha256Of } from '../files/index.js'
import type { OnProgress } from '../progress/index.js'
import { type PretrainedWeights, pretrainedWeights } from './catalog.js'
import { readWeightsInfo } from './read-weights.js'

export interface FetchOptions {
  onProgress?: OnProgress | undefined
  signal?: AbortSignal | undefined
}

/**
 * The path of a file of published weights, which are fetched into the per-user cache where they are not on this
 * machine. FACECLS_WEIGHTS names a folder of files fetched by hand, which is looked in first and never written to;
 * FACECLS_WEIGHTS_URL a mirror that has the files under the same names.
 *
 * @throws TorchError DOWNLOAD with the address and where to put the file by hand; WEIGHTS where a file is not the
 *   one of that name; FILE where the cache cannot be written; ABORTED.
 */
export async function fetchPretrained(row: PretrainedWeights, options: FetchOptions = {}): Promise<string> {
  const { FACECLS_WEIGHTS: byHand, FACECLS_WEIGHTS_URL: mirror } = process.env
  const cache = join(cacheFolder(), 'weights')
  const folder = byHand ? resolve(byHand) : cache
  const given = join(folder, row.fileName)
  if (byHand && (await isFile(given))) {
    await checkHash(given, row, options.signal)
    await checkRows(given, row)
    return given
  }
  const cached = join(cache, row.fileName)
  if (await isFile(cached)) return cached // checked before it got its name
  const url = mirror ? `${mirror.replace(/\/+$/, '')}/${row.fileName}` : row.url
  const elsewhere = byHand ? '' : ' FACECLS_WEIGHTS names another folder for such files.'
  await download(url, cached, {
    ...options,
    sha256Prefix: row.sha256 ?? undefined,
    verify: (path) => checkRows(path, row),
    byHand: `By hand: fetch ${row.url} and put it into ${quoted(folder)} as ${row.fileName}.${elsewhere}`,
  })
  return cached
}

async function isFile(path: string): Promise<boolean> {
  const stats = await stat(path).catch(() => undefined) // what is there and cannot be read is fetched again
  return stats?.isFile() ?? false
}

async function checkHash(
  path: string,
  row: PretrainedWeights,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (row.sha256 === null) return
  const found = await sha256Of(path, signal)
  if (!found.startsWith(row.sha256))
    throw notThatFile(path, row, `its SHA-256 begins with ${found.slice(0, 8)}, not with ${row.sha256}`)
}

/** Weights of faces have no published hash; the rows of their classifier tell them apart. */
async function checkRows(path: string, row: PretrainedWeights): Promise<void> {
  const { tensors } = await readWeightsInfo(path)
  const rows = tensors.find(({ name }) => name === row.classifier)?.shape[0]
  if (rows === row.classes) return
  const other = pretrainedWeights.find((one) => one.architecture === row.architecture && one.classes === rows)
  const found =
    rows === undefined ? `no ${row.classifier}` : `${rows} classes${other ? ` as ${other.name}` : ''}`
  throw notThatFile(path, row, `it has ${found}, not ${row.classes}`)
}

function notThatFile(path: string, { name, url }: PretrainedWeights, reason: string): TorchError {
  return new TorchError('WEIGHTS', `${quoted(path)} is not ${name}: ${reason}. Fetch ${url} again.`)
}
