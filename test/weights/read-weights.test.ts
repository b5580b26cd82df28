// Formats are told by content, whatever a file is called; what is none of them is named where it can be.

import { copyFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { RangeReader } from '../../lib/files/index.js'
import { readWeights, readWeightsInfo } from '../../lib/weights/index.js'
import { temporaryFolder } from '../files/temporary-folder.js'
import { rawFile, refusal, WEIGHT_FILES } from './files.js'
import { op, pickleOf, push } from './pickles.js'

function tarOf(): Buffer {
  const block = Buffer.alloc(1024)
  block.write('sys_info')
  block.write('ustar', 257)
  return block
}

/** A length as a safetensors file has it, and then any text. */
function lengthAndText(length: number, text: string): Buffer {
  const bytes = Buffer.alloc(8 + text.length)
  bytes.writeBigUInt64LE(BigInt(length))
  bytes.write(text, 8)
  return bytes
}

const PAGE = 'it is a web page, not a weight file. Fetch the file itself: the address may ask for a login.'
const NEITHER =
  'it is neither a .safetensors file nor one that torch.save wrote (.pt, .pth). Choose a file of weights, or fetch it again.'

test('refuses a path that is none, a folder and a file that is not there', async () => {
  for (const read of [readWeights, readWeightsInfo]) {
    for (const path of ['', 7, null, undefined, Buffer.from('a')])
      await expect(read(path as never)).rejects.toThrow(TypeError)
    const folder = join(temporaryFolder(), 'weights.pt')
    mkdirSync(folder)
    await expect(read(folder)).rejects.toMatchObject({ code: 'FILE' })
    await expect(read(join(folder, 'none'))).rejects.toMatchObject({ code: 'FILE' })
  }
})

test.each<[string, string | Uint8Array, string]>([
  ['nothing', '', 'it is empty. Save or fetch it again.'],
  ['a page', '<!DOCTYPE html><html></html>', PAGE],
  ['a page in small letters', '\n\n  <html lang="en">', PAGE],
  ['a page behind a byte order mark', '\ufeff<!doctype html>', PAGE],
  ['an answer in XML', '<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>', PAGE],
  ['a page of a head alone', '<head>', PAGE],
  ['an answer in JSON', '{"error": "login"}', NEITHER],
  ['a pointer of Git LFS', 'version https://git-lfs.github.com/spec/v1\noid sha256:0\n', NEITHER],
  [
    'a tar archive',
    tarOf(),
    'it is in the tar format of early PyTorch. Where you trust it, convert it once in Python: torch.save(',
  ],
  [
    'an HDF5 file',
    Buffer.from('\x89HDF\r\n\x1a\n'.padEnd(100), 'latin1'),
    'it is an HDF5 file, as Keras writes them.',
  ],
  [
    'a header that is no JSON',
    lengthAndText(4, '[1, 2]'),
    'its header is not JSON, if it is a .safetensors file.',
  ],
  ['one byte', 'P', NEITHER],
  ['the first two bytes of a zip archive', 'PK', NEITHER],
  ['its first four', 'PK\x03\x04', 'its zip directory is missing: the file is truncated.'],
  ['seven bytes', '1234567', NEITHER],
  ['a thousand zeros', new Uint8Array(1000), 'its header is empty.'],
  ['a picture', Buffer.from('\x89PNG\r\n\x1a\n'.padEnd(100), 'latin1'), NEITHER],
  [
    'a pickle of something else',
    pickleOf(op.PROTO(4), push([1])),
    'it is a pickle, but not one of PyTorch. Choose a file',
  ],
  ['a pickle of protocol 0', '(lp0\nI1\na.', NEITHER],
  ['the head of a pickle', Buffer.of(0x80, 2), 'its pickle ends in the middle: the file is truncated.'],
])('%s', async (_, bytes, words) => {
  expect(await refusal(rawFile(bytes, 'weights.pt'))).toContain(words)
})

test('the name of a file says nothing of its format', async () => {
  const folder = temporaryFolder()
  const formats = {
    'zip_state_dict.pt': 'torch-zip',
    'legacy_state_dict.pt': 'torch-legacy',
    'plain.safetensors': 'safetensors',
  }
  for (const [name, format] of Object.entries(formats)) {
    for (const copy of ['a.safetensors', 'b.pt', 'c']) {
      copyFileSync(join(WEIGHT_FILES, 'good', name), join(folder, copy))
      expect((await readWeights(join(folder, copy))).format).toBe(format)
    }
  }
})

test('every file is closed once, read or refused', async () => {
  const close = vi.spyOn(RangeReader.prototype, 'close')
  onTestFinished(() => close.mockRestore())
  const good = join(WEIGHT_FILES, 'good', 'zip_state_dict.pt')
  const bad = rawFile('PK', 'bad.pt')
  const reads = await Promise.allSettled(
    [good, bad, good].flatMap((path) => [readWeights(path), readWeightsInfo(path)]),
  )
  expect(reads.filter(({ status }) => status === 'rejected')).toHaveLength(2)
  expect(close).toHaveBeenCalledTimes(6)
})
