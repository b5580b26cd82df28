// Looks at everything that a training or a service needs on this machine.

import { messageOf, TorchError } from '../../errors.js'
import { cacheFolder, quoted } from '../../files/index.js'
import {
  damageOf,
  findLibTorch,
  type LibTorch,
  minorOf,
  PLATFORM_PACKAGE,
  platformPackageFolder,
  supportedVersion,
} from '../../libtorch/index.js'
import { addonFile, type ComputeInfo } from '../../native/index.js'
import { listCache } from '../cache.js'
import { CACHE_KINDS, type CacheKind } from '../command-line.js'
import { megabytes } from '../screen.js'
import { type Check, note, ok, problem } from './check.js'
import { checkCompute, checkTrial } from './compute.js'
import { checkGpu } from './gpu.js'
import type { Host } from './host.js'
import { checkPlatform } from './platform.js'
import type { Probed } from './probe.js'

const SETUP = 'npx facecls-torch setup'

export interface Examination {
  readonly healthy: boolean
  readonly checks: readonly Check[]
  /** Null where it was not found, or not looked at because of another problem. */
  readonly libtorch: Pick<LibTorch, 'root' | 'version' | 'variant' | 'origin'> | null
  readonly addon: string | null
  readonly compute: ComputeInfo | null
  readonly caches: Readonly<Record<CacheKind, number>> | null // bytes
}

/** `tryToLoad` is called where nothing that was looked at before forbids it. */
export async function examine(host: Host, tryToLoad: () => Promise<Probed>): Promise<Examination> {
  const platform = checkPlatform(host)
  const { check: libtorchCheck, libtorch } = checkLibTorch()
  const { check: addonCheck, addon } = checkAddon()
  const before = [...platform, libtorchCheck, addonCheck]
  const probed = before.some(({ state }) => state === 'problem') ? null : await tryToLoad()
  const compute = probed !== null && 'info' in probed ? probed.info : null
  const { check: cachesCheck, caches } = await checkCaches()
  const checks = [
    ...before,
    ...(probed === null ? [] : checkLoaded(probed, host)),
    checkGpu(host, libtorch, probed),
    cachesCheck,
  ]
  const healthy = checks.every(({ state }) => state !== 'problem')
  return { healthy, checks, libtorch, addon, compute, caches }
}

function checkLibTorch(): { check: Check; libtorch: LibTorch | null } {
  const name = 'LibTorch'
  try {
    const libtorch = findLibTorch()
    const { root, version, variant, origin } = libtorch
    const found = `${version} for ${variant === 'cuda' ? 'CUDA' : 'the processor'}, ${quoted(root)}, from ${origin}`
    const damage = damageOf(libtorch)
    if (damage === null) return { check: ok(name, found), libtorch }
    const advice = adviceOn('a whole one', `${PLATFORM_PACKAGE} again`, `Fetch it again with: ${SETUP}`)
    return { check: problem(name, `${found}; damaged: ${damage}`, advice), libtorch }
  } catch (thrown) {
    const minor = minorOf(supportedVersion())
    const advice = adviceOn(`a LibTorch ${minor}`, `${PLATFORM_PACKAGE}@${minor}`, `Fetch it with: ${SETUP}`)
    return { check: problem(name, withoutRemedy(thrown), advice), libtorch: null }
  }
}

/** What to do about the LibTorch that goes first, by where it comes from. */
function adviceOn(named: string, packaged: string, cached: string): string {
  if (process.env.LIBTORCH) return `Set LIBTORCH to ${named}, or unset it and run: ${SETUP}`
  if (platformPackageFolder() !== null) return `Install ${packaged}, or remove it and run: ${SETUP}`
  return cached
}

function checkAddon(): { check: Check; addon: string | null } {
  const name = 'native addon'
  try {
    const addon = addonFile()
    return { check: ok(name, quoted(addon)), addon }
  } catch (thrown) {
    const advice = 'Install the package again, or build it: npx facecls-torch build'
    return { check: problem(name, withoutRemedy(thrown), advice), addon: null }
  }
}

function checkLoaded(probed: Probed, host: Host): Check[] {
  const name = 'loading'
  if ('info' in probed) return [checkTrial(probed), ...checkCompute(probed.info, host)]
  const advice =
    probed.code === 'ADDON' || /built with LibTorch/.test(probed.message)
      ? 'Install the package again, or build the addon: npx facecls-torch build'
      : adviceOn(
          'another one',
          `${PLATFORM_PACKAGE} again`,
          `Fetch LibTorch anew: npx facecls-torch cache clear libtorch && ${SETUP}`,
        )
  return [problem(name, withoutRemedy(probed.message), advice)]
}

async function checkCaches(): Promise<{ check: Check } & Pick<Examination, 'caches'>> {
  const place = quoted(cacheFolder())
  try {
    const entries = await listCache(CACHE_KINDS)
    const caches = { libtorch: 0, weights: 0, packs: 0 }
    for (const { kind, bytes } of entries) caches[kind] += bytes
    const sizes = CACHE_KINDS.map((kind) => `${kind} ${megabytes(caches[kind])}`)
    return { check: ok('caches', `${place}: ${sizes.join(', ')}`), caches }
  } catch (thrown) {
    return { check: note('caches', `${place}: ${messageOf(thrown)}`), caches: null }
  }
}

/** What is wrong, without the sentence that says what to do: the advice does that. */
function withoutRemedy(thrown: unknown): string {
  const message =
    thrown instanceof TorchError ? thrown.message : typeof thrown === 'string' ? thrown : messageOf(thrown)
  return message.replace(
    /\.? (?:Fetch it with|Build it with|Rebuild it with|Set LIBTORCH to|Install its|See what is wrong|Run it on)\b.*$/s,
    '',
  )
}
