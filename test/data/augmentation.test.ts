import { expect, test } from 'vitest'
import { Augmentation } from '../../lib/data/index.js'

const nothing = { flip: 0, rotation: null, brightness: 0, contrast: 0, crop: null }

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
])('refuses %s', (_, wrong, name) => {
  expect(wrong).toThrow(TypeError)
  expect(wrong).toThrow(name)
})

test('none does nothing, standard has the four of the report', () => {
  expect(Augmentation.none().spec).toEqual(nothing)
  expect(Augmentation.standard().spec).toEqual({
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
