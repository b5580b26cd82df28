// The networks as a table: what a person must know of one before any weight is loaded.

import type { ArchitectureName, NormalisationSpec } from '../native/index.js'

export interface Architecture {
  /** As papers write it. */
  readonly displayName: string
  /** Pixels a side that it was designed for; smaller ones train faster. */
  readonly inputSize: number
  /** Where no pretrained weights bring their own. */
  readonly normalisation: NormalisationSpec
  /** Before the network's own classifier, in [0, 1). */
  readonly classifierDropout: number
  /** Papers and the public implementation whose names and values are ours. */
  readonly sources: readonly string[]
}

export const architectures: Readonly<Record<ArchitectureName, Architecture>> = {
  inceptionResnetV1: {
    displayName: 'InceptionResnetV1',
    inputSize: 160,
    normalisation: { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] },
    classifierDropout: 0.6,
    sources: [
      'C. Szegedy, S. Ioffe, V. Vanhoucke, A. Alemi: Inception-v4, Inception-ResNet and the Impact of Residual ' +
        'Connections on Learning, 2016, arXiv:1602.07261',
      'F. Schroff, D. Kalenichenko, J. Philbin: FaceNet, 2015, arXiv:1503.03832',
      'T. Esler: facenet-pytorch, https://github.com/timesler/facenet-pytorch',
    ],
  },
}

export const ARCHITECTURE_NAMES = Object.keys(architectures) as ArchitectureName[]
