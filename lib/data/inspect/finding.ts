// What an inspection finds, as data.

/** Every kind of finding, in the order in which a report lists them. */
export type FindingKind =
  | 'unreadable' // files that cannot be decoded
  | 'identity-conflict' // duplicates under two identities: one label is wrong
  | 'in-both-datasets' // duplicates in this dataset and in the other: what is measured was learned
  | 'same-file' // files with the same bytes
  | 'near-duplicate' // the same photograph in another size, compression, brightness, or mirrored
  | 'blank' // nearly one colour
  | 'tiny' // few pixels
  | 'few-photographs' // identities that cannot be learned well
  | 'imbalance' // identities with many more photographs than others
  | 'elongated' // very wide or tall
  | 'bordered' // bands of one colour take much of the frame
  | 'unlike-the-rest' // much larger, or of much other shape, than the dataset's photographs
  | 'grey' // without colour

/** An error ends a training or makes its result wrong, a warning may harm it, and a notice is good to know. */
export type FindingSeverity = 'error' | 'warning' | 'notice'

/** A photograph of a finding. */
export interface FoundPhotograph {
  /** Absolute path. */
  readonly file: string
  /** null where there are no labels. */
  readonly identity: string | null
  /** Whether it stands in the inspected dataset, or in the `other` one. */
  readonly dataset: 'this' | 'other'
  /** What was seen: its size, or why it cannot be read. */
  readonly note: string
}

/** Photographs that are the same or look it; the first stands for all. */
export interface DuplicateGroup {
  readonly photographs: readonly FoundPhotograph[]
  /** Whether all files have the same bytes. */
  readonly sameFile: boolean
  /** Bits of 64 by which the coarse fingerprints differ from the first one's, at most. */
  readonly distance: number
  /** Whether one is the mirror image of the first. */
  readonly mirrored: boolean
}

/** An identity of a finding. */
export interface FoundIdentity {
  readonly name: string
  /** How many photographs it has. */
  readonly photographs: number
}

/** One sort of trouble that `FaceDataset.inspect()` found, with all photographs or identities that have it. */
export interface Finding {
  readonly kind: FindingKind
  readonly severity: FindingSeverity
  /** 'Tiny photographs'. */
  readonly title: string
  /** Photographs of the inspected dataset; identities for 'few-photographs' and 'imbalance'. */
  readonly count: number
  /** Of all of them, in [0, 1]. */
  readonly share: number
  /** All photographs concerned, with those of the other dataset. */
  readonly photographs: readonly FoundPhotograph[]
  /** Their absolute paths, each once. */
  readonly files: readonly string[]
  /** Of duplicates; empty else. */
  readonly groups: readonly DuplicateGroup[]
  /** Of 'few-photographs' and 'imbalance'; empty else. */
  readonly identities: readonly FoundIdentity[]
  /** What to do, in one sentence. */
  readonly advice: string
}

interface Wording {
  readonly severity: FindingSeverity
  readonly title: string
  readonly advice: string
}

export const WORDINGS: Readonly<Record<FindingKind, Wording>> = {
  unreadable: {
    severity: 'error',
    title: 'Unreadable files',
    advice: 'Replace or remove these files; a training skips them and refuses to start above 1 %.',
  },
  'identity-conflict': {
    severity: 'error',
    title: 'Same photograph, two identities',
    advice: 'Find out whom each shows and remove it from the other identity: one label is wrong.',
  },
  'in-both-datasets': {
    severity: 'error',
    title: 'In both datasets',
    advice:
      'Remove these from one of the datasets: a measurement on photographs that were learned means little.',
  },
  'same-file': {
    severity: 'warning',
    title: 'Same file more than once',
    advice: 'Keep one of each group: copies weigh more than others and leak between the parts of a split.',
  },
  'near-duplicate': {
    severity: 'warning',
    title: 'Near duplicates',
    advice: 'Look at them and keep the best of each group, or see to it that a split keeps them together.',
  },
  blank: {
    severity: 'warning',
    title: 'Nearly one colour',
    advice: 'Remove these: there is nothing to see.',
  },
  tiny: {
    severity: 'warning',
    title: 'Tiny photographs',
    advice: 'Replace these by larger ones where you can: they are enlarged for the network and stay blurred.',
  },
  'few-photographs': {
    severity: 'warning',
    title: 'Identities with few photographs',
    advice: 'Add photographs of these identities or leave them out: what is hardly seen is hardly learned.',
  },
  imbalance: {
    severity: 'warning',
    title: 'Identities far from the usual number',
    advice:
      "Train with .sampling('balanced') or crossEntropy({ classWeights: 'balanced' }), or even out their numbers.",
  },
  elongated: {
    severity: 'notice',
    title: 'Very wide or tall',
    advice: 'Crop these to the face: they are squeezed to a square for the network.',
  },
  bordered: {
    severity: 'notice',
    title: 'Borders of one colour',
    advice: 'Crop the borders off, so that the face fills the frame as in the other photographs.',
  },
  'unlike-the-rest': {
    severity: 'notice',
    title: 'Size or shape unlike the rest',
    advice: 'See whether these are whole scenes among faces, and crop them to the face.',
  },
  grey: {
    severity: 'notice',
    title: 'Without colour',
    advice: 'Nothing to do where all identities have some; else a network may learn the lack of colour.',
  },
}
