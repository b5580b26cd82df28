// Published weights as a table: where they are, how to know them, and what a network must know to use them.

import type { ArchitectureName, NormalisationSpec } from '../native/index.js'

/** Published weights: where they are, how to know them, and what a network must know to use them. */
export interface PretrainedWeights {
  /** As `.pretrained()` takes it. */
  readonly name: string
  readonly architecture: ArchitectureName
  readonly url: string
  /** Of the file in the cache and in FACECLS_WEIGHTS. */
  readonly fileName: string
  /** First digits of the file's SHA-256 in hexadecimal where its publisher tells them, else null. */
  readonly sha256: string | null
  /** Rows of the file's own classifier, by which it is known too. */
  readonly classes: number
  /** The tensor that has them. */
  readonly classifier: string
  readonly trainedOn: string
  /** Pixels a side of the photographs it was trained on. */
  readonly inputSize: number
  readonly normalisation: NormalisationSpec
  /** As its publisher measured them, in [0, 1]. */
  readonly metrics: Readonly<Record<string, number>>
  /** Of the file; the photographs that it was trained on have terms of their own. */
  readonly licence: string
  readonly source: string
}

/** (x - 127.5) / 128 for bytes x. */
const centred: NormalisationSpec = { mean: [0.5, 0.5, 0.5], std: [128 / 255, 128 / 255, 128 / 255] }
const imageNet: NormalisationSpec = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] }

const facenet = {
  architecture: 'inceptionResnetV1',
  sha256: null,
  classifier: 'logits.weight',
  inputSize: 160,
  normalisation: centred,
  licence: 'MIT',
  source: 'T. Esler: facenet-pytorch, https://github.com/timesler/facenet-pytorch, from D. Sandberg: facenet',
} as const

const torchvision = {
  classes: 1000,
  trainedOn: 'ImageNet-1k',
  inputSize: 224,
  normalisation: imageNet,
  licence: 'BSD-3-Clause',
  source: 'torchvision, https://github.com/pytorch/vision',
} as const

const resnet50 = { ...torchvision, architecture: 'resnet50', classifier: 'fc.weight' } as const
const mobilenetV2 = {
  ...torchvision,
  architecture: 'mobilenetV2',
  classifier: 'classifier.1.weight',
} as const

const releases = 'https://github.com/timesler/facenet-pytorch/releases/download/v2.2.9'
const models = 'https://download.pytorch.org/models'

const table = [
  {
    ...facenet,
    name: 'vggface2',
    url: `${releases}/20180402-114759-vggface2.pt`,
    fileName: '20180402-114759-vggface2.pt',
    classes: 8631,
    trainedOn: 'VGGFace2',
    metrics: { lfwAccuracy: 0.9965 },
  },
  {
    ...facenet,
    name: 'casia-webface',
    url: `${releases}/20180408-102900-casia-webface.pt`,
    fileName: '20180408-102900-casia-webface.pt',
    classes: 10_575,
    trainedOn: 'CASIA-WebFace',
    metrics: { lfwAccuracy: 0.9905 },
  },
  {
    ...resnet50,
    name: 'imagenet',
    url: `${models}/resnet50-0676ba61.pth`,
    fileName: 'resnet50-0676ba61.pth',
    sha256: '0676ba61',
    metrics: { imagenetTop1: 0.7613, imagenetTop5: 0.92862 },
  },
  {
    ...resnet50,
    name: 'imagenet-v2',
    url: `${models}/resnet50-11ad3fa6.pth`,
    fileName: 'resnet50-11ad3fa6.pth',
    sha256: '11ad3fa6',
    metrics: { imagenetTop1: 0.80858, imagenetTop5: 0.95434 },
  },
  {
    ...mobilenetV2,
    name: 'imagenet',
    url: `${models}/mobilenet_v2-b0353104.pth`,
    fileName: 'mobilenet_v2-b0353104.pth',
    sha256: 'b0353104',
    metrics: { imagenetTop1: 0.71878, imagenetTop5: 0.90286 },
  },
  {
    ...mobilenetV2,
    name: 'imagenet-v2',
    url: `${models}/mobilenet_v2-7ebf99e0.pth`,
    fileName: 'mobilenet_v2-7ebf99e0.pth',
    sha256: '7ebf99e0',
    metrics: { imagenetTop1: 0.72154, imagenetTop5: 0.90822 },
  },
] as const satisfies readonly PretrainedWeights[]

type Row = (typeof table)[number]

/** The names of the published weights of a network. */
export type PretrainedName<Name extends ArchitectureName = ArchitectureName> = Extract<
  Row,
  { architecture: Name }
>['name']

/** All published weights that `.pretrained()` knows by name; 'imagenet' is torchvision's V1, 'imagenet-v2' its V2. */
export const pretrainedWeights: readonly PretrainedWeights[] = table
