import { describe, expect, it } from 'vitest'
import { FaceClassifier } from '../../lib/face-classifier.js'
import { freeze } from '../../lib/model/index.js'

const classes = ['anna', 'ben']
const inception = FaceClassifier.inceptionResnetV1({ classes })

describe('wrong arguments', () => {
  it.each([
    [
      { imageSize: 74 },
      RangeError,
      'Expected at least 75 pixels, the least that InceptionResnetV1 works with,',
    ],
    [{ imageSize: 80.5 }, TypeError, 'Expected an integer between 1 and 8192 for imageSize'],
    [{ imageSize: 20_000 }, RangeError, 'between 1 and 8192'],
    [{ freeze: 'trunk' }, TypeError, 'Expected a policy such as freeze.trunk()'],
    [{ freeze: freeze.upTo('layer4') }, RangeError, "Expected one of 'conv2d_1a'"],
    [{ freeze: freeze.allButLast(1000) }, RangeError, 'Expected at most'],
    [{ size: 80 }, TypeError, 'Unknown option size in summary'],
  ])('%j are refused', (options, kind, message) => {
    const call = () => inception.summary(options as never)
    expect(call).toThrow(kind)
    expect(call).toThrow(message)
  })

  it('an embedding is a head of InceptionResnetV1 alone, and has no logits to train with', () => {
    const mobile = FaceClassifier.mobilenetV2({ classes }) as never as typeof inception
    expect(() => mobile.embeddingHead()).toThrow(TypeError)
    expect(() => inception.embeddingHead({ dropout: 1 })).toThrow(RangeError)
    expect(() => inception.embeddingHead().trainer({} as never)).toThrow('not .embeddingHead()')
    expect(() => inception.cosineHead({ embedding: 8 })).toThrow(RangeError)
  })
})

describe('as data', () => {
  it('lists the operations in forward order with shape, parameters, what learns and multiply-adds', () => {
    const summary = inception
      .head({ hidden: [8] })
      .summary({ imageSize: 96, freeze: freeze.upTo('repeat_3') })
    expect(summary.layers.slice(0, 3)).toEqual([
      {
        name: 'conv2d_1a.conv',
        operation: 'conv2d',
        part: 'trunk',
        outputShape: [32, 47, 47],
        parameters: 864,
        trainable: false,
        multiplyAdds: 864 * 47 * 47,
      },
      expect.objectContaining({
        name: 'conv2d_1a.bn',
        operation: 'batch_norm',
        parameters: 64,
        multiplyAdds: 0,
      }),
      expect.objectContaining({ name: 'conv2d_1a.relu', operation: 'relu', parameters: 0, trainable: null }),
    ])
    expect(summary.layers.at(-1)).toMatchObject({
      name: 'head.3',
      part: 'head',
      outputShape: [2],
      trainable: true,
    })
    const learning = summary.layers.filter(({ trainable }) => trainable)
    expect(new Set(learning.map(({ name }) => name.split('.')[0]))).toEqual(new Set(['block8', 'head']))
    const sum = learning.reduce((total, { parameters }) => total + parameters, 0)
    expect(summary.trainableParameters).toBe(sum)
    expect([summary.architecture, summary.imageSize]).toEqual(['inceptionResnetV1', 96])
    expect(Object.isFrozen(summary) && Object.isFrozen(summary.layers[0]?.outputShape)).toBe(true)
  })

  it('counts a head of cosines', () => {
    const { layers } = inception.cosineHead().summary()
    expect(layers.at(-1)).toMatchObject({ name: 'logits', operation: 'cosine_linear', parameters: 2 * 512 })
    const table = `${FaceClassifier.resnet50({ classes }).cosineHead({ embedding: 128 }).summary()}`
    expect(table).toMatch(
      /embedding\.0 +linear +128 +262,144 .*\n.*embedding\.1 +batch_norm .*\n.*logits +cosine_linear +2 +256 /,
    )
  })

  it('counts the parameters of the papers', () => {
    expect(inception.embeddingHead().summary().parameters).toBe(23_482_624)
    expect(inception.embeddingHead().summary().layers.at(-1)).toMatchObject({
      name: 'last_bn',
      outputShape: [512],
    })
    const thousand = { classes: Array.from({ length: 1000 }, (_, label) => `${label}`) }
    expect(FaceClassifier.resnet50(thousand).summary().parameters).toBe(25_557_032)
    expect(FaceClassifier.mobilenetV2(thousand).summary().parameters).toBe(3_504_872)
  })
})

it('prints as a table', () => {
  const table = `${FaceClassifier.mobilenetV2({ classes }).summary({ imageSize: 64, freeze: freeze.trunk() })}`
  const lines = table.split('\n')
  expect(lines[0]).toBe('MobileNetV2, photographs of 64 x 64 pixels')
  const cells = (line: string | undefined) => line?.split(/ {2,}/)
  expect(cells(lines[2])).toEqual(['layer', 'operation', 'output', 'parameters', 'state', 'multiply-adds'])
  expect(cells(lines[4])).toEqual(['features.0.0', 'conv2d', '32 x 32 x 32', '864', 'frozen', '884,736'])
  expect(cells(lines[6])).toEqual(['features.0.2', 'relu6', '32 x 32 x 32'])
  expect(cells(lines.at(-3))).toEqual(['classifier.1', 'linear', '2', '2,562', 'learns', '2,560'])
  expect(lines[4]?.indexOf('conv2d')).toBe(lines[2]?.indexOf('operation'))
  expect(lines.at(-1)).toMatch(
    /^2,226,434 parameters: 2,562 learn, 2,223,872 are frozen; [\d,]+ multiply-adds a photograph$/,
  )
  for (const line of lines) expect(line).toBe(line.trimEnd())
})
