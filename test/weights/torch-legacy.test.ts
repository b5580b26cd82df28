// Files from before PyTorch 1.6: a row of pickles and the storages behind it.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readWeights } from '../../lib/weights/index.js'
import { rawFile, refusal, tensorsOf, WEIGHT_FILES } from './files.js'
import { call, op, type Pushed, pickleOf, push, tuple } from './pickles.js'
import { counted, floats, LEGACY, legacy, MAGIC, storage, vector, view } from './torch-files.js'

function reasonOf(bytes: Uint8Array): Promise<string> {
  return refusal(rawFile(bytes, 'made.pth'))
}

function pickled(value: Pushed): Buffer {
  return pickleOf(op.PROTO(2), push(value))
}

const NO_KEYS = 'its pickle is malformed: the keys of its storages are no list of names'
const NO_MACHINE = 'it does not say on which machine it was saved'
const NO_PYTORCH = 'it is a pickle, but not one of PyTorch. Choose a file of weights.'
const NAMES_NOTHING = 'its pickle is malformed: it names something where PyTorch names nothing'
const TWO_WAYS = 'its pickle describes the storage "0" in two ways'
const PAST_END = 'reaches past its end: the file is truncated'
const two = [storage('0', 2), storage('1', 2)] as const

test.each<[string, Parameters<typeof legacy>[0], string]>([
  ['a pickle of something else', { magic: pickled({ a: 1 }) }, NO_PYTORCH],
  ['a wrong magic number', { magic: pickleOf(op.PROTO(2), op.LONG1(...Array(10).fill(1))) }, NO_PYTORCH],
  ['a magic number as text', { magic: pickled('119547037146038801333356') }, NO_PYTORCH],
  ['a magic number that calls', { magic: pickleOf(op.PROTO(2), vector()) }, NAMES_NOTHING],
  ['another version', { protocol: pickled(1002) }, "it is of an unknown version of PyTorch's format"],
  [
    'a version that is a text',
    { protocol: pickled('1001') },
    "it is of an unknown version of PyTorch's format",
  ],
  ['a version that is a truth value', { protocol: pickled(true) }, 'it is of an unknown version'],
  [
    'a big-endian machine',
    { system: pickled({ little_endian: false }) },
    'its values are big-endian. Save it on a',
  ],
  ['a machine of no kind', { system: pickled({}) }, NO_MACHINE],
  ['a machine that is a list', { system: pickled(['little_endian']) }, NO_MACHINE],
  ['a machine that is little-endian by a number', { system: pickled({ little_endian: 1 }) }, NO_MACHINE],
  ['a machine that calls', { system: pickled(op.GLOBAL('sys', 'byteorder')) }, NAMES_NOTHING],
  ['an object that calls', { object: pickled(op.GLOBAL('os', 'system')) }, 'its pickle calls "os.system"'],
  ['keys that call', { keys: pickled([op.GLOBAL('torch', 'FloatStorage')]) }, NAMES_NOTHING],
  ['keys that are a storage', { keys: pickled([storage('0', 2)]) }, NAMES_NOTHING],
  ['keys that are a dict', { keys: pickled({ 0: null }) }, NO_KEYS],
  ['keys that are a text', { keys: pickled('0') }, NO_KEYS],
  ['keys that are numbers', { keys: pickled([0]) }, NO_KEYS],
  ['a key twice', { keys: pickled(['0', '0']), data: Buffer.concat([LEGACY.data, LEGACY.data]) }, NO_KEYS],
  ['no key', { keys: pickled([]) }, 'it lacks the storage "0" that a tensor of it names'],
  ['another key', { keys: pickled(['1']) }, 'no tensor tells the type of its storage "1"'],
  [
    'a key too many',
    { keys: pickled(['0', '__proto__']) },
    'no tensor tells the type of its storage "__proto__"',
  ],
  ['a storage twice, of two sizes', { object: pickled([vector(2), vector(3)]) }, TWO_WAYS],
  ['a storage twice, of two types', { object: pickled([vector(), storage('0', 2, 'IntStorage')]) }, TWO_WAYS],
  [
    'a count that is too large',
    { data: counted(3, floats(1, 2, 3)) },
    'the sizes of its storage "0" contradict',
  ],
  [
    'a count that is too small',
    { data: counted(1, floats(1)) },
    'the sizes of its storage "0" contradict each other',
  ],
  [
    'a count past all integers',
    { data: counted(2n ** 64n - 1n, floats(1, 2)) },
    'the sizes of its storage "0" contr',
  ],
  [
    'a count of bytes',
    { data: counted(8, floats(1, 2)) },
    'the sizes of its storage "0" contradict each other',
  ],
  ['no count', { data: Buffer.alloc(0) }, `its storage "0" ${PAST_END}`],
  ['half a count', { data: Buffer.alloc(7) }, `its storage "0" ${PAST_END}`],
  ['a value that is missing', { data: counted(2, floats(1)) }, `its storage "0" ${PAST_END}`],
  ['no tensor', { object: pickled({ a: 1 }), keys: pickled([]) }, 'it holds no tensors'],
])('%s', async (_, parts, reason) => {
  expect(await reasonOf(legacy(parts))).toContain(reason)
})

test('cut off at every seventh byte, a file is refused, and so is its like of protocol 4', async () => {
  for (const name of ['legacy_state_dict.pt', 'legacy_protocol4.pt']) {
    const whole = readFileSync(join(WEIGHT_FILES, 'good', name))
    for (let end = 1; end < whole.length; end += 7) {
      const words = end < 2 ? /neither a \.safetensors file/ : /the file is truncated/
      expect(await reasonOf(whole.subarray(0, end))).toMatch(words)
    }
    expect(await reasonOf(whole.subarray(0, whole.length - 1))).toContain(PAST_END)
  }
})

test('whatever one byte of the pickles becomes, the file is read or refused', async () => {
  const whole = legacy()
  for (let at = 0; at < whole.length - LEGACY.data.length + 8; at++) {
    for (const value of [0, 0x28, 0x2e, 0x85, 0xff]) {
      const changed = Buffer.from(whole)
      changed[at] = value
      const [read] = await Promise.allSettled([readWeights(rawFile(changed, 'made.pth'))])
      if (read.status === 'rejected') expect(read.reason).toMatchObject({ code: 'WEIGHTS' })
    }
  }
})

test.each<[string, Parameters<typeof legacy>[0]]>([
  ['of protocol 2', {}],
  [
    'of protocol 1, with numbers in digits',
    { magic: digits('L119547037146038801333356L'), protocol: digits('I1001') },
  ],
  ['of protocol 1 without an L', { magic: digits('L119547037146038801333356'), protocol: digits('L1001L') }],
  ['of protocol 4, in frames', { magic: Buffer.concat([op.PROTO(4), op.FRAME(13), MAGIC.subarray(2)]) }],
  ['with a version of two bytes', { protocol: pickleOf(op.PROTO(2), op.BININT2(1001)) }],
  ['with bytes behind it', { data: Buffer.concat([LEGACY.data, Buffer.alloc(100, 0xff)]) }],
])('a file %s is read', async (_, parts) => {
  const path = rawFile(legacy(parts), 'made.pth')
  expect(await tensorsOf(path)).toEqual({ a: [[2], [1, 2]] })
  expect((await readWeights(path)).format).toBe('torch-legacy')
})

/** A pickle of protocol 1, which has no head. */
function digits(line: string): Buffer {
  return Buffer.from(`${line}\n.`)
}

test('storages lie in the order of the keys, whatever their types and the order of the tensors', async () => {
  const ints = view(storage('1', 3, 'LongStorage'), 1, [2], [1])
  const object = pickled({ a: vector(), b: ints, c: view(storage('2', 0), 0, [0], [1]) })
  const longs = Buffer.from(BigInt64Array.of(7n, 8n, 9n).buffer)
  const data = Buffer.concat([counted(0, new Uint8Array(0)), counted(3, longs), counted(2, floats(1, 2))])
  const path = rawFile(legacy({ object, keys: pickled(['2', '1', '0']), data }), 'made.pth')
  expect(await tensorsOf(path)).toEqual({ a: [[2], [1, 2]], b: [[2], [8, 9]], c: [[0], []] })
})

test('a part of a storage, as files before 2017 have it, begins where it says', async () => {
  const part = (offset: number, length: number) => storage('0', 6, 'FloatStorage', tuple('v', offset, length))
  const object = pickled({
    whole: view(storage('0', 6, 'FloatStorage', null), 0, [6], [1]),
    part: view(part(2, 3), 0, [3], [1]),
    within: view(part(2, 3), 1, [2], [1]),
  })
  const path = rawFile(legacy({ object, data: counted(6, floats(1, 2, 3, 4, 5, 6)) }), 'made.pth')
  expect(await tensorsOf(path)).toEqual({
    whole: [[6], [1, 2, 3, 4, 5, 6]],
    part: [[3], [3, 4, 5]],
    within: [[2], [4, 5]],
  })
})

test('tensors as PyTorch before 0.4 wrote them, among them the VGG networks that torchvision still publishes', async () => {
  // Source: torch/tensor.py of PyTorch 0.3, __reduce__; vgg16-397923af.pth is such a file.
  const old = call('torch._utils._rebuild_tensor', storage('0', 2), 0, tuple(2), tuple(1))
  expect(await tensorsOf(rawFile(legacy({ object: pickled({ a: old }) }), 'made.pth'))).toEqual({
    a: [[2], [1, 2]],
  })
})

test('a tensor may not reach past the part of the storage that is its own', async () => {
  const part = storage('0', 6, 'FloatStorage', tuple('v', 2, 3))
  const object = pickled({ a: view(part, 0, [4], [1]) })
  const bytes = legacy({ object, data: counted(6, floats(1, 2, 3, 4, 5, 6)) })
  expect(await reasonOf(bytes)).toContain(
    'its pickle has a tensor that reaches past its storage of 3 elements',
  )
})

test('storages that no tensor of the state_dict uses take their place', async () => {
  const object = pickled({
    optimizer: { m: view(two[0], 0, [2], [1]) },
    model: { a: view(two[1], 0, [2], [1]) },
  })
  const data = Buffer.concat([counted(2, floats(5, 6)), counted(2, floats(1, 2))])
  const path = rawFile(legacy({ object, keys: pickled(['0', '1']), data }), 'made.pth')
  expect(await tensorsOf(path)).toEqual({ a: [[2], [1, 2]] })
})
