// Published weights as a file on this machine: one fetched by hand, the cache's, or fetched now.

import type { Stats } from 'node:fs'
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
  const { FACECLS_WEIGHTS: byHand } = process.env
  const cache = weightsCache()
  const folder = byHand ? resolve(byHand) : cache
  if (byHand && !(await statsOf(folder))?.isDirectory())
    throw new TorchError(
      'FILE',
      `FACECLS_WEIGHTS=${quoted(byHand)} is no folder. Make it, or unset FACECLS_WEIGHTS.`,
    )
  for (const path of [join(folder, row.fileName), join(cache, row.fileName)]) {
    if (!(await statsOf(path))?.isFile()) continue
    const reason = await whyNot(path, row, options.signal)
    if (reason === null) return path
    throw new TorchError(
      'WEIGHTS',
      `${quoted(path)} is not ${row.name}: ${reason}. Delete it: it is fetched again, or fetch ${row.url} yourself.`,
    )
  }
  const elsewhere = byHand ? '' : ' FACECLS_WEIGHTS names another folder for such files.'
  const place = `By hand: fetch ${row.url} and put it into ${quoted(folder)} as ${row.fileName}.${elsewhere}`
  const url = addressOf(row)
  await download(url, join(cache, row.fileName), {
    ...options,
    sha256Prefix: row.sha256 ?? undefined,
    async verify(path) {
      const reason = await whyNot(path, { ...row, sha256: null }, options.signal)
      if (reason !== null)
        throw new TorchError('DOWNLOAD', `What ${quoted(url)} gave is not ${row.name}: ${reason}. ${place}`)
    },
    byHand: place,
  })
  return join(cache, row.fileName)
}

/** The folder that holds fetched weights; it need not exist. */
export function weightsCache(): string {
  return join(cacheFolder(), 'weights')
}

/** The address of the file, at the mirror if there is one. */
function addressOf({ url, fileName }: PretrainedWeights): string {
  const { FACECLS_WEIGHTS_URL: mirror } = process.env
  if (!mirror) return url
  const address = `${mirror.replace(/\/+$/, '')}/${fileName}`
  const parsed = URL.canParse(mirror) ? new URL(address) : null
  if (parsed && /^https?:$/.test(parsed.protocol) && parsed.username === '' && parsed.password === '')
    return address
  // Its value may hold a password.
  throw new TorchError(
    'DOWNLOAD',
    'FACECLS_WEIGHTS_URL is no http or https address without a password. Correct it, or unset it.',
  )
}

async function statsOf(path: string): Promise<Stats | undefined> {
  return stat(path).catch(() => undefined) // what cannot be looked at is fetched again
}

/**
 * Why a file is not the one of its name, or null. Weights of faces have no published hash; the rows of their
 * classifier tell them apart.
 */
async function whyNot(
  path: string,
  { architecture, classifier, classes, sha256 }: PretrainedWeights,
  signal: AbortSignal | undefined,
): Promise<string | null> {
  const found = sha256 === null ? '' : await sha256Of(path, signal)
  if (sha256 !== null && !found.startsWith(sha256))
    return `its SHA-256 begins with ${found.slice(0, sha256.length)}, not with ${sha256}`
  try {
    const { tensors } = await readWeightsInfo(path)
    const rows = tensors.find(({ name }) => name === classifier)?.shape[0]
    if (rows === undefined) return `it has no ${classifier}`
    const other = pretrainedWeights.find((one) => one.architecture === architecture && one.classes === rows)
    return rows === classes
      ? null
      : `it has ${rows} classes${other ? ` as ${other.name}` : ''}, not ${classes}`
  } catch (thrown) {
    if (!(thrown instanceof TorchError) || thrown.code !== 'WEIGHTS') throw thrown
    return thrown.message.replace(`Cannot load ${quoted(path)}: `, '').replace(/\. .*$/s, '')
  }
}
