// Provides a LibTorch in the per-user cache: the one that is there, a file on this machine, the official archive, or wheels.

import { existsSync } from 'node:fs'
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, extname, join, resolve } from 'node:path'
import * as check from '../../check.js'
import { TorchError } from '../../errors.js'
import { attempt, ensureFolder, fileError, isOutOfReach, quoted } from '../../files/index.js'
import type { OnProgress } from '../../progress/index.js'
import { chooseFolder } from '../chosen.js'
import { damageOf } from '../damage.js'
import { cachedLibTorchs, findLibTorch, type LibTorch, libtorchCache, packagedLibTorch } from '../find.js'
import { PLATFORM_PACKAGE } from '../platform-package.js'
import {
  hasHeaders,
  minorOf,
  REQUIRED_FILES,
  supportedVersion,
  type Variant,
  variantOf,
  versionIn,
} from '../version.js'
import { archiveUrl, fetchArchive, officialUrl } from './archive.js'
import { type Checksums, recordChecksums } from './checksums.js'
import { unpack, variantIn } from './unpack.js'
import { fetchWheels, variantOfWheels, wheelsIn } from './wheels.js'

export interface ProvideOptions {
  /** Defaults to whichever is there, else to 'cpu', which every machine can use. */
  variant?: Variant | undefined
  /** An archive (.zip), a wheel (.whl) or a folder of wheels to take it from, instead of fetching it. */
  from?: string | undefined
  /** For a build: the platform package, which has no headers, will not do. Defaults to false. */
  headers?: boolean | undefined
  onProgress?: OnProgress | undefined
  /** Told what is done, a line at a time. */
  say?: ((line: string) => void) | undefined
  signal?: AbortSignal | undefined
}

/** Where a fetch keeps what it can go on with. */
const DOWNLOADS = '.downloads'

/**
 * The cache remembers the one that was set up last, or asked for by its variant, as the one to take.
 * All work is done in a folder beside the one to be made, which takes its name at the end: what breaks off or is stopped
 * leaves nothing half-made.
 *
 * @returns The LibTorch, and whether it was there already.
 * @throws TorchError LIBTORCH: LIBTORCH or the platform package is none that fits, or a file holds none; DOWNLOAD, FILE, ABORTED.
 */
export async function provideLibTorch(
  options: ProvideOptions = {},
): Promise<{ libtorch: LibTorch; wasThere: boolean }> {
  const { from, ...others } = check.options('options', options, [
    'variant',
    'from',
    'headers',
    'onProgress',
    'say',
    'signal',
  ])
  if (others.variant !== undefined) check.oneOf('variant', others.variant, ['cpu', 'cuda'])
  if (from !== undefined) check.string('from', from)
  if (others.headers !== undefined) check.boolean('headers', others.headers)
  check.signal('signal', others.signal)
  const there = from === undefined ? whatIsThere(options) : null
  const cache = libtorchCache()
  if (there !== null && damageOf(there) === null) {
    if (others.variant !== undefined) await choose(there)
    return { libtorch: there, wasThere: true }
  }
  await ensureFolder(cache)
  await removeAbandoned(cache)
  const staging = join(cache, `.fetch-${process.pid}`)
  try {
    await attempt('make the folder', staging, () => mkdir(staging))
    const variant = others.variant ?? there?.variant
    const libtorch = await make(staging, { ...options, variant })
    if (there !== null && there.root !== libtorch.root)
      await rm(dirname(there.root), { recursive: true, force: true })
    await choose(libtorch)
    return { libtorch, wasThere: false }
  } finally {
    await rm(staging, { recursive: true, force: true })
  }
}

/** What was asked for is taken from then on, where the cache holds it. */
async function choose({ root }: LibTorch): Promise<void> {
  const cache = libtorchCache()
  if (dirname(dirname(root)) === cache) await chooseFolder(cache, root)
}

/**
 * What would be loaded, or built against; of the cache's it may be damaged.
 *
 * @throws TorchError LIBTORCH where the folder in LIBTORCH is asked for, or the platform package, and does not fit.
 */
function whatIsThere({ variant, headers = false, say }: ProvideOptions): LibTorch | null {
  const wanted = minorOf(supportedVersion())
  if (process.env.LIBTORCH && variant === undefined) {
    const named = findLibTorch()
    const remedy = `Set LIBTORCH to a whole LibTorch ${wanted}, or unset it.`
    refuseDamaged(named, `LIBTORCH=${quoted(named.root)}`, remedy)
    if (!headers || hasHeaders(named.root)) return named
    const what = `LIBTORCH=${quoted(named.root)} has no headers, which a build needs: looked for ${REQUIRED_FILES[1]} in it`
    throw new TorchError('LIBTORCH', `${what}. ${remedy}`)
  }
  const packaged = variant === 'cuda' ? null : packagedLibTorch()
  if (packaged !== null && !headers) {
    const remedy = 'Install it again, or remove it.'
    refuseDamaged(packaged, `The package ${PLATFORM_PACKAGE} (${quoted(packaged.root)})`, remedy)
    return packaged
  }
  if (packaged !== null)
    say?.(`${PLATFORM_PACKAGE} has no headers, which a build needs: taking a LibTorch that has`)
  const fits = (one: LibTorch): boolean =>
    minorOf(one.version) === wanted && (variant === undefined || one.variant === variant)
  return cachedLibTorchs().find(fits) ?? null
}

function refuseDamaged(libtorch: LibTorch, subject: string, remedy: string): void {
  const damage = damageOf(libtorch)
  if (damage !== null) throw new TorchError('LIBTORCH', `${subject} is damaged: ${damage}. ${remedy}`)
}

async function make(staging: string, options: ProvideOptions): Promise<LibTorch> {
  const { from, onProgress, say = () => undefined, signal } = options
  const version = supportedVersion()
  const { files, variant, checksums, kept } =
    from === undefined ? await fetched(staging, options) : await local(resolve(from), options.variant)
  const parts = join(staging, 'parts')
  const cache = libtorchCache()
  say(`Unpacking into ${quoted(join(cache, `${version}-${variant}`))}`)
  await unpack(files, parts, variant, { onProgress, signal })
  const found = versionIn(join(parts, 'torch'))
  if (found === null || minorOf(found) !== minorOf(version)) {
    const what = found === null ? 'no LibTorch' : `LibTorch ${found}, no`
    throw new TorchError('LIBTORCH', `${quoted(files[0] as string)} holds ${what} ${version}. ${byHand()}`)
  }
  const folder = join(cache, `${found}-${variant}`)
  const root = join(folder, 'torch')
  const libtorch: LibTorch = { root, version: found, variant, origin: `the cache ${quoted(cache)}` }
  const staged = { ...libtorch, root: join(parts, 'torch') }
  const damage = damageOf(staged)
  if (damage !== null)
    throw new TorchError('LIBTORCH', `${quoted(files[0] as string)} is damaged: ${damage}. ${byHand()}`)
  await takePlace(parts, folder)
  if (checksums !== undefined) await recordChecksums(cache, checksums)
  if (kept !== undefined) await rm(kept, { recursive: true, force: true })
  return { ...libtorch, variant: variantOf(root) }
}

interface Source {
  /** Archives or wheels. */
  files: readonly string[]
  variant: Variant
  /** Of what was fetched. */
  checksums?: Checksums
  /** What was kept for a fetch that goes on, to be removed at the end. */
  kept?: string
}

async function fetched(staging: string, options: ProvideOptions): Promise<Source> {
  const { variant = 'cpu', onProgress, say = () => undefined, signal } = options
  const version = supportedVersion()
  const url = archiveUrl(version, variant)
  say(`Fetching ${url}`)
  try {
    const folders = { cache: libtorchCache(), downloads: join(libtorchCache(), DOWNLOADS), staging }
    const job = { url, variant, byHand: byHand(variant), onProgress, signal }
    const { file, sha256 } = await fetchArchive(folders, job)
    const held = await variantIn(file)
    if (held === variant) return { files: [file], variant, checksums: { [url]: sha256 } }
    const what = held === null ? `no LibTorch ${version}` : `a build for ${held}, not for ${variant}`
    throw new TorchError('LIBTORCH', `${quoted(url)} holds ${what}. ${byHand(variant)}`)
  } catch (thrown) {
    if (!isOutOfReach(thrown)) throw thrown
    say(`${thrown.message.split('. By hand')[0]}; trying the wheels of PyTorch by pip`)
  }
  const folder = join(staging, 'wheels')
  await attempt('make the folder', folder, () => mkdir(folder))
  const kept = join(libtorchCache(), DOWNLOADS, `wheels-${version}-${variant}`)
  const places = { folder, cache: libtorchCache(), kept }
  const job = { version, variant, byHand: byHand(variant), say, onProgress, signal }
  return { variant, kept, ...(await fetchWheels({ ...places, ...job })) }
}

async function local(path: string, asked: Variant | undefined): Promise<Source> {
  const isFolder = (await attempt('read', path, () => stat(path))).isDirectory()
  if (!isFolder && !['.zip', '.whl'].includes(extname(path)))
    throw new TypeError(
      check.expected('an archive (.zip), a wheel (.whl) or a folder of wheels', 'from', path),
    )
  const files = isFolder ? wheelsIn(path) : [path]
  const isWheel = isFolder || extname(path) === '.whl'
  const variant = isFolder ? await variantOfWheels(files) : await variantIn(path)
  const refuse = (what: string) => new TorchError('LIBTORCH', `${quoted(path)} ${what}. ${byHand(asked)}`)
  if (variant === null) throw refuse(`holds no LibTorch ${supportedVersion()} that is whole`)
  if (asked !== undefined && asked !== variant) throw refuse(`is a build for ${variant}, not for ${asked}`)
  if (isWheel && variant === 'cuda' && files.length === 1) {
    throw refuse(
      'is a wheel for CUDA without the libraries of NVIDIA: put it and their wheels into one folder, and name that',
    )
  }
  return { files, variant }
}

/** Another process may have put a whole one there meanwhile, which serves as well; a damaged one gives way. */
async function takePlace(made: string, folder: string): Promise<void> {
  const taken = (): boolean => {
    const root = join(folder, 'torch')
    const version = versionIn(root)
    return version !== null && damageOf({ root, version, variant: variantOf(root), origin: '' }) === null
  }
  if (taken()) return
  await rm(folder, { recursive: true, force: true })
  await rename(made, folder).catch((thrown) => {
    if (!taken()) throw fileError('save', folder, thrown)
  })
}

export function byHand(variant: Variant = 'cpu'): string {
  return (
    `By hand: on a machine with a network, fetch ${officialUrl(supportedVersion(), variant)}, and give it to: ` +
    'npx facecls-torch setup --from FILE'
  )
}

/** What a killed process left behind. */
async function removeAbandoned(cache: string): Promise<void> {
  for (const entry of await readdir(cache)) {
    const pid = Number(/^\.fetch-(\d+)$/.exec(entry)?.[1])
    // Of this process itself: in a container that is started again numbers repeat.
    if (pid > 0 && (pid === process.pid || !existsSync(`/proc/${pid}`)))
      await rm(join(cache, entry), { recursive: true, force: true })
  }
}
