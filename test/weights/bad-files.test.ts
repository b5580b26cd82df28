// Every bad fixture is refused for the right reason, with its name, and nothing of it is run.

import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { readWeights } from '../../lib/weights/index.js'
import { expectedOf, fixtures, refusal, WEIGHT_FILES } from './files.js'

const DAMAGED = 'The file is damaged: save or fetch it again.'
const RESAVE = 'Fetch it again, or save its state_dict alone in Python.'
/** What the pickle itself says; what its names mean is said elsewhere. */
const inPickle = /^its pickle (?:is malformed: it (?:takes|recalls)|ends)/
const NO_TENSORS =
  "it holds no tensors. Save a state_dict in Python: torch.save(model.state_dict(), 'weights.pt')."
const NOTHING_RUN =
  'and no state_dict needs that; nothing of it was run. Where you trust it, save its weights alone in Python: ' +
  "torch.save(model.state_dict(), 'weights.pt'), of a checkpoint torch.save(torch.load('it.pt', weights_only=False)['model'], 'weights.pt'). Else do not load it there either."

const reasons: Record<string, string> = {
  'code_eval.pt': `its pickle calls "__builtin__.eval", ${NOTHING_RUN}`,
  'code_legacy.pt': `its pickle calls "posix.system", ${NOTHING_RUN}`,
  'code_os_system.pt': `its pickle calls "posix.system", ${NOTHING_RUN}`,
  'whole_model.pt':
    'it holds an object of the class "torch.nn.modules.container.Sequential" ' +
    `(a whole pickled model, or settings of its training), ${NOTHING_RUN}`,
  'empty.pt': 'it is empty. Save or fetch it again.',
  'text.pt': 'it is a web page, not a weight file. Fetch the file itself: the address may ask for a login.',
  'unknown_storage.pt':
    'it has values of the unknown storage type "torch.EvilStorage". Convert it in Python: tensor.float().',
  'deep_nesting.pt': NO_TENSORS,
  'self_reference.pt': NO_TENSORS,
}

const damages: Record<string, string> = {
  'endless_memo.pt': 'its pickle is malformed: it recalls what it never remembered',
  'huge_shape.pt': 'its pickle has a tensor that has too many elements: [1099511627776, 1099511627776]',
  'missing_storage.pt': 'it lacks the storage "77" that a tensor of it names',
  'negative_size.pt': 'its pickle has a tensor that has a negative size: [-4]',
  'negative_stride.pt': 'its pickle has a tensor that has a negative stride: [-1]',
  'offset_past_storage.pt': 'its pickle has a tensor that reaches past its storage of 4 elements',
  'size_past_storage.pt': 'its pickle has a tensor that reaches past its storage of 4 elements',
  'stack_underflow.pt': 'its pickle is malformed: it takes more from its stack than it put there',
  'storage_lies.pt': 'its storage "0" has 16 bytes where 4000 values of float32 should be',
  'truncated_30.pt': 'its zip directory is missing: the file is truncated',
  'truncated_90.pt': 'its zip directory is missing: the file is truncated',
  'truncated_legacy_30.pt': 'its pickle ends in the middle: the file is truncated',
  'truncated_legacy_90.pt': 'its storage "94223992247120" reaches past its end: the file is truncated',
  'zero_stride_bomb.pt':
    'its tensors would take 4398046511104 bytes of memory or more, which its own 500 bytes do not account for',
  'duplicate_key.safetensors': 'its header has the name "a" twice',
  'header_longer_than_file.safetensors': 'its header reaches past its end',
  'header_zero.safetensors': 'its header is empty',
  'hole.safetensors': 'no tensor owns its last 24 bytes',
  'huge_shape.safetensors':
    'its tensor "a" of shape [2147483648, 2147483648, 2147483648] has too many elements',
  'negative_offset.safetensors': 'its header has "-8" where a size or an offset stands',
  'not_json.safetensors': 'its header ends at character 5 where "{" should stand',
  'overlap.safetensors': 'its tensor "b" overlaps another one',
  'past_end.safetensors': 'its tensor "b" reaches past its end',
  'shape_mismatch.safetensors': 'its tensor "a" of shape [2, 4] takes 32 bytes, not those from 0 to 24',
  'unknown_dtype.safetensors': 'its tensor "a" has the unknown dtype "F12"',
}

const files = ['.pt', '.safetensors'].flatMap((extension) => fixtures('bad', extension))

test('every fixture has its reason', () => {
  const names = files.map((path) => basename(path)).sort()
  expect(names).toEqual(Object.keys(expectedOf('bad')).sort())
  expect(names).toEqual(Object.keys({ ...reasons, ...damages }).sort())
})

test.each(files)('%s', async (path) => {
  const name = basename(path)
  expect(await refusal(path)).toBe(
    reasons[name] ??
      `${damages[name]}. ${name.endsWith('.pt') && inPickle.test(damages[name] ?? '') ? RESAVE : DAMAGED}`,
  )
})

test('nothing of them was run, and the process goes on reading', async () => {
  for (const folder of [process.cwd(), dirname(files[0] as string), tmpdir(), '/tmp'])
    expect(existsSync(join(folder, 'PWNED_BY_WEIGHTS'))).toBe(false)
  const { tensors } = await readWeights(join(WEIGHT_FILES, 'good', 'zip_state_dict.pt'))
  expect(tensors).toHaveLength(8)
})
