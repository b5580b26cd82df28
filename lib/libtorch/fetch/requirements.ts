// What a wheel requires besides itself, as far as a LibTorch is put together of it. Grammar: PEP 508, of which wheels of PyTorch and
// NVIDIA use a part.

import { Writable } from 'node:stream'
import { openZip } from './zip.js'

export interface Requirement {
  /** Such as 'nvidia-cublas'. */
  readonly name: string
  /** Such as ['cublas', 'cudart']. */
  readonly extras: readonly string[]
  /** Such as '==13.1.1.3.*'; '' for any version. */
  readonly versions: string
}

/** NVIDIA's libraries, and the package that names their versions; the others are for Python. */
const IS_OF_NVIDIA = /^(?:nvidia-|cuda-toolkit$)/

/** Name, extras and versions, which may stand in brackets, and a marker. */
const LINE = /^Requires-Dist:\s*([\w.-]+)\s*(?:\[([^\]]*)\])?\s*\(?([^;()]*)\)?\s*(?:;(.*))?$/

/** Those of NVIDIA that a wheel requires on Linux x64 with these of its extras; one is named once, with all that is asked of it. */
export async function requirementsOf(wheel: string, extras: readonly string[]): Promise<Requirement[]> {
  const lines = (await metadataOf(wheel)).split(/\r?\n/)
  return merged(
    lines.flatMap((line) => {
      const [, name = '', own = '', versions = '', marker = ''] = LINE.exec(line) ?? []
      const normal = name.toLowerCase().replaceAll(/[-_.]+/g, '-')
      if (!IS_OF_NVIDIA.test(normal) || !isForUs(marker, extras)) return []
      return [{ name: normal, extras: listOf(own), versions: versions.replaceAll(/\s/g, '') }]
    }),
  )
}

export function merged(requirements: readonly Requirement[]): Requirement[] {
  const all = new Map<string, Requirement>()
  for (const one of requirements) {
    const other = all.get(one.name)
    const extras = [...new Set([...(other?.extras ?? []), ...one.extras])]
    const versions = [...new Set([...listOf(other?.versions ?? ''), ...listOf(one.versions)])].join(',')
    all.set(one.name, { name: one.name, extras, versions })
  }
  return [...all.values()]
}

/** As pip takes it. */
export function asArgument({ name, extras, versions }: Requirement): string {
  return `${name}${extras.length > 0 ? `[${extras.join(',')}]` : ''}${versions}`
}

/** A marker that speaks of extras, systems or machines has to speak of ours. */
function isForUs(marker: string, extras: readonly string[]): boolean {
  const wanted = [...marker.matchAll(/extra\s*==\s*["']([^"']+)["']/g)].map(([, extra]) => extra)
  if (wanted.length > 0 && !wanted.some((extra) => extras.includes(extra as string))) return false
  if (/sys_platform|platform_system/.test(marker) && !/["']linux["']/i.test(marker)) return false
  return !/platform_machine/.test(marker) || /["']x86_64["']/.test(marker)
}

function listOf(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
}

/** '' where the wheel has none. */
async function metadataOf(wheel: string): Promise<string> {
  const zip = await openZip(wheel)
  try {
    const entry = zip.entries.find(({ name }) => /^[^/]+\.dist-info\/METADATA$/.test(name))
    const chunks: Buffer[] = []
    const sink = new Writable({
      write(chunk: Buffer, _encoding, done) {
        chunks.push(chunk)
        done()
      },
    })
    if (entry !== undefined) await zip.extract(entry, sink)
    return Buffer.concat(chunks).toString('utf8')
  } finally {
    await zip.close()
  }
}
