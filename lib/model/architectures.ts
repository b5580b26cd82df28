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

/** Of ImageNet's training photographs, as torchvision's weights expect them. */
const imageNet: NormalisationSpec = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] }

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
  mobilenetV2: {
    displayName: 'MobileNetV2',
    inputSize: 224,
    normalisation: imageNet,
    classifierDropout: 0.2,
    sources: [
      'M. Sandler, A. Howard, M. Zhu, A. Zhmoginov, L.-C. Chen: MobileNetV2: Inverted Residuals and Linear Bottlenecks, ' +
        '2018, arXiv:1801.04381',
      'torchvision, https://github.com/pytorch/vision',
    ],
  },
  resnet50: {
    displayName: 'ResNet-50',
    inputSize: 224,
    normalisation: imageNet,
    classifierDropout: 0,
    sources: [
      'K. He, X. Zhang, S. Ren, J. Sun: Deep Residual Learning for Image Recognition, 2016, arXiv:1512.03385',
      'torchvision, https://github.com/pytorch/vision',
    ],
  },
}

export const ARCHITECTURE_NAMES = Object.keys(architectures) as ArchitectureName[]
