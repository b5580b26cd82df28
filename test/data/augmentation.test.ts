import { expect, test } from 'vitest'
import { Augmentation } from '../../lib/data/index.js'

const nothing = {
  ...{ flip: 0, rotation: null, brightness: 0, contrast: 0, saturation: 0, crop: null },
  ...{ erasing: null, mixup: null, cutmix: null },
}

test.each<[string, () => unknown, string]>([
  ['a probability above 1', () => Augmentation.none().horizontalFlip(1.1), 'probability'],
  ['a negative probability', () => Augmentation.none().horizontalFlip(-0.1), 'probability'],
  ['negative degrees', () => Augmentation.none().rotation(-10), 'degrees'],
  ['more than half a turn', () => Augmentation.none().rotation(181), 'degrees'],
  ['brightness above 1', () => Augmentation.none().brightness(1.5), 'strength'],
  ['negative contrast', () => Augmentation.none().contrast(-0.2), 'strength'],
  ['an area of nothing', () => Augmentation.none().randomResizedCrop({ scale: [0, 1] }), 'scale[0]'],
  ['an area above all', () => Augmentation.none().randomResizedCrop({ scale: [0.5, 1.5] }), 'scale[1]'],
  [
    'a scale upside down',
    () => Augmentation.none().randomResizedCrop({ scale: [1, 0.5] }),
    'scale[0] <= scale[1]',
  ],
  ['a ratio of nothing', () => Augmentation.none().randomResizedCrop({ ratio: [0, 1] }), 'ratio[0]'],
  ['saturation above 1', () => Augmentation.none().saturation(1.5), 'strength'],
  ['negative saturation', () => Augmentation.none().saturation(-0.1), 'strength'],
  ['erasing above all', () => Augmentation.none().randomErasing({ probability: 1.5 }), 'probability'],
  ['erasing nothing', () => Augmentation.none().randomErasing({ scale: [0, 0.3] }), 'scale[0]'],
  ['erasing more than all', () => Augmentation.none().randomErasing({ scale: [0.1, 1.1] }), 'scale[1]'],
  [
    'an erased area upside down',
    () => Augmentation.none().randomErasing({ scale: [0.3, 0.1] }),
    'scale[0] <= scale[1]',
  ],
  ['an erased line', () => Augmentation.none().randomErasing({ ratio: [0, 1] }), 'ratio[0]'],
  ['a wide erased line', () => Augmentation.none().randomErasing({ ratio: [1, 101] }), 'ratio[1]'],
  ['mixup with an alpha of 0', () => Augmentation.none().mixup({ alpha: 0 }), 'alpha'],
  ['mixup with a vast alpha', () => Augmentation.none().mixup({ alpha: 101 }), 'alpha'],
  ['mixup of more than all', () => Augmentation.none().mixup({ probability: 1.1 }), 'probability'],
  ['cutmix with a negative alpha', () => Augmentation.none().cutmix({ alpha: -1 }), 'alpha'],
  ['cutmix of less than nothing', () => Augmentation.none().cutmix({ probability: -0.1 }), 'probability'],
])('refuses %s', (_, wrong, name) => {
  expect(wrong).toThrow(RangeError)
  expect(wrong).toThrow(name)
})

test.each<[string, () => unknown, string]>([
  ['a probability in words', () => Augmentation.none().horizontalFlip('half' as never), 'probability'],
  ['no number', () => Augmentation.none().brightness(Number.NaN), 'strength'],
  ['null', () => Augmentation.none().contrast(null as never), 'strength'],
  [
    'another interpolation',
    () => Augmentation.none().rotation(5, { interpolation: 'cubic' as never }),
    'interpolation',
  ],
  ['an unknown option', () => Augmentation.none().rotation(5, { fill: 0 } as never), 'fill'],
  ['one number for a range', () => Augmentation.none().randomResizedCrop({ scale: 0.5 as never }), 'scale'],
  ['a range of three', () => Augmentation.none().randomResizedCrop({ ratio: [1, 2, 3] as never }), 'ratio'],
  ['an options array', () => Augmentation.none().randomResizedCrop([0.5, 1] as never), 'options'],
  ['saturation in words', () => Augmentation.none().saturation('some' as never), 'strength'],
  ['a fill of another colour', () => Augmentation.none().randomErasing({ fill: 'white' as never }), 'fill'],
  ['a number as fill', () => Augmentation.none().randomErasing({ fill: 0 as never }), 'fill'],
  ['no probability', () => Augmentation.none().randomErasing({ probability: null as never }), 'probability'],
  ['one area for a range', () => Augmentation.none().randomErasing({ scale: 0.1 as never }), 'scale'],
  ['one ratio for a range', () => Augmentation.none().randomErasing({ ratio: [1] as never }), 'ratio'],
  [
    'an unknown option of erasing',
    () => Augmentation.none().randomErasing({ p: 1 } as never),
    'p in options',
  ],
  ['a number for options', () => Augmentation.none().randomErasing(0.5 as never), 'options'],
  ['an alpha in words', () => Augmentation.none().mixup({ alpha: '0.2' as never }), 'alpha'],
  ['an alpha of null', () => Augmentation.none().mixup({ alpha: null as never }), 'alpha'],
  ['a bare alpha', () => Augmentation.none().mixup(0.2 as never), 'options'],
  ['an unknown option of mixup', () => Augmentation.none().mixup({ lambda: 1 } as never), 'lambda'],
  ['an alpha of NaN', () => Augmentation.none().cutmix({ alpha: Number.NaN }), 'alpha'],
  [
    'an unsure probability',
    () => Augmentation.none().cutmix({ probability: 'half' as never }),
    'probability',
  ],
  ['an unknown option of cutmix', () => Augmentation.none().cutmix({ beta: 1 } as never), 'beta'],
])('refuses %s', (_, wrong, name) => {
  expect(wrong).toThrow(TypeError)
  expect(wrong).toThrow(name)
})

test('none does nothing, standard has the four of the report', () => {
  expect(Augmentation.none().spec).toEqual(nothing)
  expect(Augmentation.standard().spec).toEqual({
    ...nothing,
    flip: 0.5,
    rotation: { degrees: 10, interpolation: 'bilinear' },
    brightness: 0.2,
    contrast: 0.2,
    crop: { scale: [0.08, 1], ratio: [3 / 4, 4 / 3] },
  })
})

test('each method sets its own part', () => {
  const { none } = Augmentation
  expect(none().horizontalFlip(0.3).spec).toEqual({ ...nothing, flip: 0.3 })
  const nearest = none().rotation(15, { interpolation: 'nearest' })
  expect(nearest.spec).toEqual({ ...nothing, rotation: { degrees: 15, interpolation: 'nearest' } })
  expect(nearest.rotation(0).spec).toEqual(nothing)
  expect(none().brightness(0.4).spec).toEqual({ ...nothing, brightness: 0.4 })
  expect(none().contrast(0.1).spec).toEqual({ ...nothing, contrast: 0.1 })
  const crop = none().randomResizedCrop({ scale: [0.6, 1] })
  expect(crop.spec).toEqual({ ...nothing, crop: { scale: [0.6, 1], ratio: [3 / 4, 4 / 3] } })
  expect(crop.randomResizedCrop({ ratio: [1, 1] }).spec.crop).toEqual({ scale: [0.08, 1], ratio: [1, 1] })
})

test('erasing and mixing have their defaults, and none of a probability of 0', () => {
  const { none } = Augmentation
  expect(none().saturation().spec).toEqual({ ...nothing, saturation: 0.2 })
  const erasing = { probability: 0.5, scale: [0.02, 0.33], ratio: [0.3, 3.3], fill: 'mean' }
  expect(none().randomErasing().spec).toEqual({ ...nothing, erasing })
  const noise = none().randomErasing({ probability: 1, scale: [0.1, 0.2], fill: 'noise' })
  const given = { ...erasing, probability: 1, scale: [0.1, 0.2], fill: 'noise' }
  expect(noise.spec).toEqual({ ...nothing, erasing: given })
  expect(noise.randomErasing({ probability: 0 }).spec).toEqual(nothing)
  expect(none().mixup().spec).toEqual({ ...nothing, mixup: { alpha: 0.2, probability: 1 } })
  const both = none().mixup({ alpha: 0.4, probability: 0.5 }).cutmix()
  const mixup = { alpha: 0.4, probability: 0.5 }
  expect(both.spec).toEqual({ ...nothing, mixup, cutmix: { alpha: 1, probability: 1 } })
  expect(both.mixup({ probability: 0 }).cutmix({ probability: 0 }).spec).toEqual(nothing)
})

test('is immutable: methods make new objects, a spec is a copy, arguments are copied', () => {
  const none = Augmentation.none()
  const scale: [number, number] = [0.5, 1]
  const crop = none.randomResizedCrop({ scale })
  scale[0] = 0.9
  const { spec } = crop
  if (spec.crop !== null) (spec.crop.scale as number[])[1] = 0
  spec.flip = 1
  expect(crop.spec).toEqual({ ...nothing, crop: { scale: [0.5, 1], ratio: [3 / 4, 4 / 3] } })
  expect(none.spec).toEqual(nothing)
})
