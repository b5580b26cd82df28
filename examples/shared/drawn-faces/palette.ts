// The colours that drawn people come in.

import type { Colour } from './colour.js'

export const skins: readonly Colour[] = [
  [250, 218, 196],
  [238, 190, 156],
  [222, 165, 122],
  [196, 134, 92],
  [160, 102, 66],
  [122, 76, 50],
  [90, 56, 40],
]
export const lightHairs: readonly Colour[] = [
  [28, 24, 26],
  [232, 200, 120],
  [92, 58, 34],
  [178, 76, 32],
  [150, 150, 156],
  [58, 38, 28],
  [196, 150, 84],
  [236, 234, 230],
  [120, 40, 34],
]
export const darkHairs: readonly Colour[] = [
  [22, 18, 20],
  [64, 40, 28],
  [150, 150, 156],
  [36, 28, 28],
  [112, 52, 34],
  [232, 230, 226],
]
export const irises: readonly Colour[] = [
  [72, 44, 26],
  [56, 120, 190],
  [74, 130, 72],
  [128, 144, 156],
  [140, 96, 40],
]
export const frames: readonly Colour[] = [
  [24, 24, 28],
  [150, 30, 40],
  [190, 150, 60],
  [36, 70, 150],
  [110, 64, 34],
]
export const lipsticks: readonly Colour[] = [
  [186, 36, 52],
  [150, 40, 84],
  [214, 96, 104],
]
