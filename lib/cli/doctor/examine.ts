// Looks at everything that a training or a service needs on this machine.

import { messageOf, TorchError } from '../../errors.js'
import { cacheFolder, quoted } from '../../files/index.js'
import { damageOf, findLibTorch, type LibTorch, minorOf, supportedVersion } from '../../libtorch/index.js'
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
  const isNamed = Boolean(process.env.LIBTORCH)
  const setup = 'npx facecls-torch setup'
  try {
    const libtorch = findLibTorch()
    const { root, version, variant, origin } = libtorch
    const found = `${version} for ${variant === 'cuda' ? 'CUDA' : 'the processor'}, ${quoted(root)}, from ${origin}`
    const damage = damageOf(libtorch)
    if (damage === null) return { check: ok(name, found), libtorch }
    const advice = isNamed
      ? `Set LIBTORCH to a whole one, or unset it and run: ${setup}`
      : `Fetch it again with: ${setup}`
    return { check: problem(name, `${found}; damaged: ${damage}`, advice), libtorch }
  } catch (thrown) {
    const minor = minorOf(supportedVersion())
    const advice = isNamed
      ? `Set LIBTORCH to a LibTorch ${minor}, or unset it and run: ${setup}`
      : `Fetch it with: ${setup}`
    return { check: problem(name, withoutRemedy(thrown), advice), libtorch: null }
  }
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
      : process.env.LIBTORCH
        ? 'Set LIBTORCH to another one, or unset it and run: npx facecls-torch setup'
        : 'Fetch LibTorch anew: npx facecls-torch cache clear libtorch && npx facecls-torch setup'
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
    /\.? (?:Fetch it with|Build it with|Rebuild it with|Set LIBTORCH to|See what is wrong|Run it on)\b.*$/s,
    '',
  )
}
