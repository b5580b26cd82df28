// The public builder of a classifier: a network, the identities it tells apart, its head and where its weights come from.

import * as check from './check.js'
import {
  architectures,
  type ClassifierHeadOptions,
  type CosineHeadOptions,
  checkStages,
  classifierHead,
  cosineHead,
  type EmbeddingHeadOptions,
  type ExpectedMisfits,
  embeddingHead,
  type FreezePolicy,
  freeze,
  headOf,
  headSpec,
  INPUT_SIZE_LIMIT,
  type LayerGroup,
  type MlpHeadOptions,
  mlpHead,
  type NetworkSummary,
  type PretrainedFrom,
  pretrainedFile,
  pretrainedOf,
  readBundleMetadata,
  stageAt,
  summarise,
} from './model/index.js'
import type { ArchitectureName } from './native/index.js'
import { type ClassifierSettings, Trainer, type TrainingData, trainingData } from './training/index.js'

/** Of `FaceClassifier.inceptionResnetV1()`, `.mobilenetV2()` and `.resnet50()`. */
export interface ClassifierOptions {
  /** Names of the identities, or a dataset that has them; at least two, none twice. A label is an index into them. */
  classes: readonly string[] | { readonly classes: readonly string[] }
}

/** Of `FaceClassifier.summary()`. */
export interface SummaryOptions<Name extends ArchitectureName = ArchitectureName> {
  /** Pixels a side. Defaults to those that the network was designed for. */
  imageSize?: number
  /** Which layers learn. Defaults to `freeze.nothing()`. */
  freeze?: FreezePolicy<LayerGroup<Name>>
}

/**
 * A face classifier before it is trained. Immutable: each method returns a new one, and nothing runs before `start()`
 * of its trainer.
 *
 * @example
 * const run = FaceClassifier.inceptionResnetV1({ classes: faces.classes })
 *   .head({ hidden: [1024, 512], dropout: 0.5 })
 *   .trainer({ train, val })
 *   .epochs(10)
 *   .start({ output: 'runs/inception' })
 */
export class FaceClassifier<Name extends ArchitectureName = ArchitectureName> {
  readonly architecture: Name
  /** Names of the identities by label. */
  readonly classes: readonly string[]
  readonly #settings: ClassifierSettings

  private constructor(architecture: Name, settings: Omit<ClassifierSettings, 'architecture'>) {
    this.architecture = architecture
    this.classes = settings.classes
    this.#settings = Object.freeze({ ...settings, architecture })
    Object.freeze(this)
  }

  /**
   * InceptionResnetV1 with its own linear classifier and random weights, made for photographs of 160 x 160 pixels.
   *
   * @throws TypeError or RangeError: fewer than two identities, or a name that is empty or stands twice.
   * @see Szegedy et al., "Inception-v4, Inception-ResNet and the impact of residual connections on learning", 2016
   */
  static inceptionResnetV1(options: ClassifierOptions): FaceClassifier<'inceptionResnetV1'> {
    return FaceClassifier.#of('inceptionResnetV1', options)
  }

  /**
   * MobileNetV2 with its own linear classifier and random weights, made for photographs of 224 x 224 pixels.
   *
   * @throws TypeError or RangeError as {@link FaceClassifier.inceptionResnetV1}.
   * @see Sandler et al., "MobileNetV2: inverted residuals and linear bottlenecks", 2018
   */
  static mobilenetV2(options: ClassifierOptions): FaceClassifier<'mobilenetV2'> {
    return FaceClassifier.#of('mobilenetV2', options)
  }

  /**
   * ResNet-50 with its own linear classifier and random weights, made for photographs of 224 x 224 pixels.
   *
   * @throws TypeError or RangeError as {@link FaceClassifier.inceptionResnetV1}.
   * @see He et al., "Deep residual learning for image recognition", 2016
   */
  static resnet50(options: ClassifierOptions): FaceClassifier<'resnet50'> {
    return FaceClassifier.#of('resnet50', options)
  }

  static #of<Name extends ArchitectureName>(name: Name, options: ClassifierOptions): FaceClassifier<Name> {
    if (options === undefined) throw new TypeError(check.expected('an object', 'options', options))
    const { classes } = check.options('options', options, ['classes'])
    return new FaceClassifier(name, {
      classes: checkClasses(classes),
      head: classifierHead(),
      pretrained: null,
    })
  }

  /**
   * The classifier of a bundle, to train on: its network, identities, head and weights.
   *
   * @throws TorchError FILE or WEIGHTS: it cannot be read or is no bundle.
   */
  static async from(path: string): Promise<FaceClassifier> {
    const { architecture, head, classes } = await readBundleMetadata(check.string('path', path))
    return new FaceClassifier(architecture, {
      classes: Object.freeze([...classes]),
      head: headOf(head),
      pretrained: pretrainedFile(path),
    })
  }

  /**
   * Starts from weights that know something, read when the training starts. All of them are taken where the head fits
   * and, in a bundle, the identities are the same; otherwise the trunk's, and the embedding's of a cosine head or of
   * InceptionResnetV1's own classifier. The run says which, and its 'loaded' event lists what was left aside.
   *
   * @param from Published weights by name ('vggface2' or 'casia-webface' for InceptionResnetV1, 'imagenet' or
   *   'imagenet-v2' for the others), fetched once into the per-user cache with their normalisation and image size; the
   *   path of a bundle, whose normalisation and image size come along; the path of a .safetensors, .pt or .pth file
   *   under PyTorch's names, with or without a prefix such as 'module.'; or tensors under these names, whose
   *   bytes must not change before the training has started.
   * @param options Names of tensors or modules, without a prefix, that may be missing, unexpected or of another shape there. Defaults
   *   to none: anything that does not fit ends the run with a {@link WeightsMismatchError}.
   * @throws TypeError or RangeError: none of these, or published weights of another network.
   * @example FaceClassifier.inceptionResnetV1({ classes: faces.classes }).pretrained('vggface2')
   */
  pretrained(from: PretrainedFrom<Name>, options?: ExpectedMisfits): FaceClassifier<Name> {
    return this.#with({ pretrained: pretrainedOf(this.architecture, from, options) })
  }

  /** Dense layers with dropout on the pooled features. Defaults to the report's: [1024, 512], 'leaky_relu', 0.5. */
  head(options?: MlpHeadOptions): FaceClassifier<Name> {
    return this.#with({ head: mlpHead(options) })
  }

  /** The network's own linear classifier, which a new classifier has. Dropout defaults to the authors'. */
  linearHead(options?: ClassifierHeadOptions): FaceClassifier<Name> {
    return this.#with({ head: classifierHead(options) })
  }

  /**
   * Logits that are `scale` times the cosines of the angles between a photograph's embedding and a weight of each identity:
   * what {@link arcFace} and {@link cosFace} train, so that an embedding's angle alone tells the identity. Probabilities
   * are the softmax of these logits. InceptionResnetV1's embedding is its own of 512 features, which published weights fill.
   *
   * @throws TypeError or RangeError for a setting of another type or outside its range, and for `embedding` where
   *   the network has one of its own.
   * @see Wang et al., "NormFace: L2 hypersphere embedding for face verification", 2017
   * @example
   * FaceClassifier.inceptionResnetV1({ classes: faces.classes })
   *   .pretrained('vggface2')
   *   .cosineHead()
   *   .trainer({ train, val })
   *   .loss(arcFace())
   */
  cosineHead(options?: CosineHeadOptions): FaceClassifier<Name> {
    const head = cosineHead(options)
    headSpec(head, this.architecture, this.classes.length)
    return this.#with({ head })
  }

  /**
   * InceptionResnetV1's embedding of 512 features without logits on it: for `summary()`. `trainer()` refuses it,
   * since cross-entropy needs logits.
   */
  embeddingHead(
    this: FaceClassifier<'inceptionResnetV1'>,
    options?: EmbeddingHeadOptions,
  ): FaceClassifier<'inceptionResnetV1'> {
    if (this.architecture !== 'inceptionResnetV1')
      throw new TypeError(check.expected("'inceptionResnetV1'", 'architecture', this.architecture))
    return this.#with({ head: embeddingHead(options) })
  }

  /**
   * The network's layers with their output shapes, parameters, what learns and multiply-adds. Prints as a table.
   *
   * @throws TypeError or RangeError: photographs too small for the network, or a policy that does not fit it.
   * @throws TorchError ADDON or LIBTORCH: the addon cannot be loaded.
   * @example console.log(`${FaceClassifier.resnet50({ classes: faces }).summary({ freeze: freeze.upTo('layer3') })}`)
   */
  summary(options?: SummaryOptions<Name>): NetworkSummary {
    const { architecture, classes } = this
    const given = check.options('summary', options, ['imageSize', 'freeze'])
    const imageSize = check.integer(
      'imageSize',
      given.imageSize ?? architectures[architecture].inputSize,
      1,
      INPUT_SIZE_LIMIT,
    )
    const { policy } = stageAt(checkStages('freeze', [given.freeze ?? freeze.nothing()]), 1)
    const network = { architecture, head: headSpec(this.#settings.head, architecture, classes.length) }
    return summarise(network, imageSize, policy)
  }

  /**
   * A training on labelled photographs of these identities, measured on others after each epoch.
   *
   * @throws TypeError or RangeError: a dataset is empty or has other identities, or the head has no logits.
   */
  trainer(data: TrainingData): Trainer<Name> {
    if (this.#settings.head.kind === 'embedding')
      throw new TypeError(
        'Expected a head with logits to train with: .head(), .linearHead() or .cosineHead(), not .embeddingHead()',
      )
    return new Trainer<Name>(this.#settings, trainingData(this.classes, data))
  }

  #with(changed: Partial<ClassifierSettings>): FaceClassifier<Name> {
    return new FaceClassifier(this.architecture, { ...this.#settings, ...changed })
  }
}

function checkClasses(given: unknown): readonly string[] {
  const classes = Array.isArray(given) ? given : (given as { classes?: unknown } | null | undefined)?.classes
  if (!Array.isArray(classes))
    throw new TypeError(check.expected('an array of names or a dataset', 'classes', given))
  if (classes.length < 2) throw new RangeError(check.expected('at least two identities', 'classes', classes))
  const names = new Set<string>()
  for (const [label, name] of classes.entries()) {
    check.string(`classes[${label}]`, name)
    if (names.has(name))
      throw new RangeError(check.expected('a name that no other has', `classes[${label}]`, name))
    names.add(name)
  }
  return Object.freeze([...names])
}
