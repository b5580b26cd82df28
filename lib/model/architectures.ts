// The networks as a table: what a person must know of one before any weight is loaded.

import type { ArchitectureName, NormalisationSpec } from '../native/index.js'

export interface Architecture<Groups extends readonly string[] = readonly string[]> {
  /** As papers write it. */
  readonly displayName: string
  /** Pixels a side that it was designed for; smaller ones train faster. */
  readonly inputSize: number
  /** Where no pretrained weights bring their own. */
  readonly normalisation: NormalisationSpec
  /** Before the network's own classifier, in [0, 1). */
  readonly classifierDropout: number
  /** The blocks of the trunk in forward order: names of modules that together hold each of its layers once. */
  readonly groups: Groups
  /** Papers and the public implementation whose names and values are ours. */
  readonly sources: readonly string[]
}

/** Of ImageNet's training photographs, as torchvision's weights expect them. */
const imageNet: NormalisationSpec = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] }

const table = {
  inceptionResnetV1: {
    displayName: 'InceptionResnetV1',
    inputSize: 160,
    normalisation: { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] },
    classifierDropout: 0.6,
    groups: [
      'conv2d_1a',
      'conv2d_2a',
      'conv2d_2b',
      'conv2d_3b',
      'conv2d_4a',
      'conv2d_4b',
      'repeat_1',
      'mixed_6a',
      'repeat_2',
      'mixed_7a',
      'repeat_3',
      'block8',
    ] as const,
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
    groups: [
      'features.0',
      'features.1',
      'features.2',
      'features.3',
      'features.4',
      'features.5',
      'features.6',
      'features.7',
      'features.8',
      'features.9',
      'features.10',
      'features.11',
      'features.12',
      'features.13',
      'features.14',
      'features.15',
      'features.16',
      'features.17',
      'features.18',
    ] as const,
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
    groups: ['conv1', 'bn1', 'layer1', 'layer2', 'layer3', 'layer4'] as const,
    sources: [
      'K. He, X. Zhang, S. Ren, J. Sun: Deep Residual Learning for Image Recognition, 2016, arXiv:1512.03385',
      'torchvision, https://github.com/pytorch/vision',
    ],
  },
} satisfies Readonly<Record<ArchitectureName, Architecture>>

type Table = typeof table

/** The name of a block of a network's trunk. */
export type LayerGroup<Name extends ArchitectureName = ArchitectureName> = Table[Name]['groups'][number]

export const architectures: { readonly [Name in ArchitectureName]: Architecture<Table[Name]['groups']> } =
  table

export const ARCHITECTURE_NAMES = Object.keys(architectures) as ArchitectureName[]
