import { closeSync, openSync, readFileSync, truncateSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Augmentation } from '../../lib/data/index.js'
import { native } from '../../lib/native/index.js'
import { temporaryFolder } from '../files/temporary-folder.js'

const PAGE = 4096

/** A file that is long enough for `bytes` behind its first page. */
function fileOf(bytes: number): string {
  const path = join(temporaryFolder(), 'records')
  writeFileSync(path, new Uint8Array(PAGE + bytes))
  return path
}

describe('checksums', () => {
  it('are the CRC-32C of RFC 3720', async () => {
    const pack = native().createPack({ count: 2, height: 1, width: 3, file: null })
    expect(await pack.write(0, Buffer.from('123456789'), 1, 3)).toBe(0xe3069283)
    expect([...(await pack.checksums(0, 2))]).toEqual([
      0xe3069283,
      await pack.write(1, new Uint8Array(9), 1, 3),
    ])
    pack.close()
    // A record of 33 bytes ends behind its eights.
    const long = native().createPack({ count: 1, height: 1, width: 11, file: null })
    const bytes = Uint8Array.from({ length: 33 }, (_, i) => i)
    expect(await long.write(0, bytes, 1, 11)).toBe(crcOf(bytes))
    long.close()
  })

  it('refuse a range that is not there', async () => {
    const pack = native().createPack({ count: 2, height: 1, width: 3, file: null })
    await expect(pack.checksums(1, 2)).rejects.toThrow(RangeError)
    await expect(pack.checksums(-1, 1)).rejects.toThrow(RangeError)
    expect(await pack.checksums(2, 0)).toHaveLength(0)
    pack.close()
    await expect(pack.checksums(0, 1)).rejects.toMatchObject({ code: 'CLOSED' })
  })
})

/** Bit by bit, as the polynomial says. */
function crcOf(bytes: Uint8Array): number {
  let crc = 0xffffffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0x82f63b78 : 0)
  }
  return ~crc >>> 0
}

describe('bytes that are given away', () => {
  it('are freed once they are written, where they are all of their buffer', async () => {
    const pack = native().createPack({ count: 3, height: 2, width: 2, file: null })
    const whole = Uint8Array.from({ length: 12 }, (_, i) => i)
    const larger = Uint8Array.from({ length: 24 }, (_, i) => i)
    const part = larger.subarray(0, 12)
    const checksum = await pack.write(0, whole, 2, 2)
    expect(whole).toHaveLength(12)
    expect(await pack.take(1, part, 2, 2)).toBe(checksum)
    expect(part).toHaveLength(12)
    expect(await pack.take(2, whole, 2, 2)).toBe(checksum)
    expect(whole).toHaveLength(0)
    expect(pack.read(2)).toEqual(part)
    await expect(pack.take(0, whole, 2, 2)).rejects.toThrow(RangeError)
    pack.close()
  })
})

describe('a pack in a file', () => {
  it('is what another pack of the file reads, while it is written and afterwards', async () => {
    const path = fileOf(3 * 12)
    const spec = { count: 3, height: 2, width: 2 }
    const writer = native().createPack({ ...spec, file: { path, offset: PAGE, writable: true } })
    const reader = native().createPack({ ...spec, file: { path, offset: PAGE, writable: false } })
    const pixels = Uint8Array.from({ length: 12 }, (_, i) => i * 20)
    const checksum = await writer.write(1, pixels, 2, 2)
    expect(reader.read(1)).toEqual(pixels)
    expect([...(await reader.checksums(1, 1))]).toEqual([checksum])
    writer.close()
    reader.close()
    expect(readFileSync(path).subarray(PAGE + 12, PAGE + 24)).toEqual(Buffer.from(pixels))
  })

  it('takes its room at once', () => {
    const path = join(temporaryFolder(), 'records')
    writeFileSync(path, 'x')
    const pack = native().createPack({
      count: 4,
      height: 2,
      width: 2,
      file: { path, offset: PAGE, writable: true },
    })
    pack.close()
    expect(readFileSync(path)).toHaveLength(PAGE + 4 * 12)
  })

  it('refuses a file that is missing, too short, or no place of records', () => {
    const path = fileOf(12)
    const make = (file: { path: string; offset: number; writable: boolean }, count = 1) =>
      native().createPack({ count, height: 2, width: 2, file })
    const refused = (work: () => unknown) => {
      try {
        work()
      } catch (thrown) {
        return thrown as { code?: string; message: string }
      }
      throw new Error('nothing was thrown')
    }
    expect(refused(() => make({ path: `${path}.gone`, offset: 0, writable: false }))).toMatchObject({
      code: 'FILE',
    })
    const short = refused(() => make({ path, offset: PAGE, writable: false }, 2))
    expect(short).toMatchObject({ code: 'FILE' })
    expect(short.message).toContain(path)
    expect(() => make({ path, offset: 100, writable: false })).toThrow(/multiple of 4096/)
    expect(refused(() => make({ path: temporaryFolder(), offset: 0, writable: false }))).toHaveProperty(
      'code',
    )
    truncateSync(path, 0)
    expect(refused(() => make({ path, offset: 0, writable: false }))).toMatchObject({ code: 'FILE' })
  })

  it.skipIf(!hasFullDevice())('says that a disk is full instead of ending the process', async () => {
    const make = () =>
      native().createPack({
        ...{ count: 1, height: 2, width: 2 },
        file: { path: '/dev/full', offset: 0, writable: true },
      })
    expect(make).toThrow(expect.objectContaining({ code: expect.stringMatching(/^(?:FILE|NATIVE)$/) }))
  })

  it('sees what is changed beneath it', async () => {
    const path = fileOf(12)
    const pack = native().createPack({
      ...{ count: 1, height: 2, width: 2 },
      file: { path, offset: PAGE, writable: false },
    })
    const [before] = await pack.checksums(0, 1)
    const handle = openSync(path, 'r+')
    writeSync(handle, Buffer.of(1), 0, 1, PAGE + 3)
    closeSync(handle)
    expect((await pack.checksums(0, 1))[0]).not.toBe(before)
    pack.close()
  })
})

function hasFullDevice(): boolean {
  try {
    closeSync(openSync('/dev/full', 'r'))
    return true
  } catch {
    return false
  }
}

describe('a lock', () => {
  it('is held once, until it is released', () => {
    const path = join(temporaryFolder(), 'lock')
    const lock = native().lockFile(path)
    expect(lock).not.toBeNull()
    expect(native().lockFile(path)).toBeNull()
    lock?.release()
    lock?.release()
    const again = native().lockFile(path)
    expect(again).not.toBeNull()
    again?.release()
  })

  it('is refused where no file can be', () => {
    const path = join(temporaryFolder(), 'nowhere', 'lock')
    expect(() => native().lockFile(path)).toThrow(expect.objectContaining({ code: 'FILE' }))
    expect(() => native().lockFile(1 as never)).toThrow(TypeError)
  })
})

describe('makeBatch', () => {
  it('makes the batch that a step sees, keyed by samples and not by records', async () => {
    const pack = native().createPack({ count: 4, height: 16, width: 16, file: null })
    for (let record = 0; record < 4; record++) {
      const pixels = Uint8Array.from({ length: 16 * 16 * 3 }, (_, i) => ((record % 2) * 90 + i * 7) % 256)
      await pack.write(record, pixels, 16, 16)
    }
    const spec = {
      augmentation: Augmentation.standard().spec,
      normalisation: { mean: [0, 0, 0], std: [1, 1, 1] },
      seed: 3,
      epoch: 2,
      device: null,
      values: false,
    }
    const meanOf = async (record: number, sample: number | null) => {
      const samples = sample === null ? null : Float64Array.of(sample)
      const batch = { kind: 'pack', pack, indices: Int32Array.of(record), samples } as const
      return (await native().makeBatch({ batch, ...spec })).mean
    }
    // Records 1 and 3 hold the same photograph.
    expect(await meanOf(1, 7)).toEqual(await meanOf(3, 7))
    expect(await meanOf(1, 7)).not.toEqual(await meanOf(1, 8))
    expect(await meanOf(3, null)).toEqual(await meanOf(1, 3))
    const batch = { kind: 'pack', pack, indices: Int32Array.of(0), samples: Float64Array.of(-1) } as const
    await expect(native().makeBatch({ batch, ...spec })).rejects.toThrow(/samples/)
    const half = { ...batch, samples: Float64Array.of(0.5) }
    await expect(native().makeBatch({ batch: half, ...spec })).rejects.toThrow(RangeError)
    expect(await meanOf(1, 2 ** 40)).not.toEqual(await meanOf(1, 0))
    const two = { ...batch, samples: Float64Array.of(0, 1) }
    await expect(native().makeBatch({ batch: two, ...spec })).rejects.toThrow(RangeError)
    pack.close()
  })
})
