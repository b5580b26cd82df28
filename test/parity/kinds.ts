// The kinds of golden files, told apart by what they hold and not by their names.
import { messageOf, TorchError } from '../../lib/errors.js'
import { checkAugment, readAugment } from './augment.js'
import { type Check, type Context, failure, type Precision } from './check.js'
import { checkForward, readForward } from './forward.js'
import { checkPlateaus, readPlateaus } from './plateau.js'
import { checkSplits, readSplits } from './split.js'
import { checkStaged, readStaged } from './staged.js'
import { checkTrain, readTrain } from './train.js'

interface Kind {
  readonly name: string
  /** Keys that none of the kinds below has: with one of them it is this kind, and what it lacks can be named. */
  readonly keys: readonly string[]
  /** Whether the golden is a list of cases with these keys. */
  readonly list: boolean
  /** Precisions that it is checked in; null: it has none. */
  readonly precisions: readonly (Precision | null)[]
  check(golden: unknown, context: Context): Check[] | Promise<Check[]>
}

const BOTH = ['float64', 'float32'] as const
const NONE = [null] as const

const kinds: readonly Kind[] = [
  {
    name: 'forward',
    keys: ['logits', 'state_dict'],
    list: false,
    precisions: BOTH,
    check: (golden, context) => checkForward(readForward(golden), context),
  },
  {
    name: 'train',
    keys: ['steps', 'trainable'],
    list: false,
    precisions: BOTH,
    check: (golden, context) => checkTrain(readTrain(golden), context),
  },
  {
    name: 'staged',
    keys: ['stages', 'losses'],
    list: false,
    precisions: BOTH,
    check: (golden, context) => checkStaged(readStaged(golden), context),
  },
  {
    name: 'random_split',
    keys: ['fractions', 'parts'],
    list: true,
    precisions: NONE,
    check: (golden) => checkSplits(readSplits(golden)),
  },
  {
    name: 'reduce_lr_on_plateau',
    keys: ['metric', 'lr'],
    list: true,
    precisions: NONE,
    check: (golden) => checkPlateaus(readPlateaus(golden)),
  },
  {
    name: 'augment',
    keys: ['image', 'cases'],
    list: false,
    precisions: NONE,
    check: (golden) => checkAugment(readAugment(golden)),
  },
]

/** The kind of a parsed file, or undefined. */
export function kindOf(golden: unknown): Kind | undefined {
  const sample = Array.isArray(golden) ? golden[0] : golden
  if (typeof sample !== 'object' || sample === null) return undefined
  return kinds.find(({ keys, list }) => list === Array.isArray(golden) && keys.some((key) => key in sample))
}

/** Checks a golden in one precision. What it lacks, or what goes wrong, is a check that fails; only DEVICE is thrown. */
export async function checkIn(
  { name, check }: Kind,
  golden: unknown,
  device: string,
  precision: Precision | null,
): Promise<Check[]> {
  try {
    return await check(golden, { device, precision: precision ?? 'float64' })
  } catch (thrown) {
    if (thrown instanceof TorchError && thrown.code === 'DEVICE') throw thrown
    return [failure(name, precision, messageOf(thrown))]
  }
}
