// Hair as data: how far each style stands off the head, how far it falls, and where it begins on the forehead.

export interface HairStyle {
  name: string
  worn: 'long' | 'short' | 'any'
  top: number // height above the crown, in head units
  sides: number // width beside the head
  front: number // y where the hair beside the face ends
  back: number | null // y where the hair behind the neck ends
  line: 'straight' | 'fringe' | 'sweep' | 'curtain' | 'receding' | 'round' | 'horseshoe'
  edge: 'smooth' | 'curly' | 'spiky' | 'wavy'
  extra: 'none' | 'bun' | 'tail' | 'buns'
}

export const hairStyles: readonly HairStyle[] = [
  style('side part', 'short', 0.18, 0.05, 0.02, null, 'sweep', 'smooth'),
  style('long straight', 'long', 0.13, 0.13, 0.95, 1.6, 'curtain', 'smooth'),
  style('horseshoe', 'short', 0.02, 0.08, 0.12, null, 'horseshoe', 'smooth'),
  style('afro', 'any', 0.42, 0.4, 0.2, 0.55, 'round', 'curly'),
  style('fringe bob', 'long', 0.15, 0.17, 0.72, 0.85, 'fringe', 'smooth'),
  style('quiff', 'short', 0.36, 0.03, -0.05, null, 'straight', 'smooth'),
  style('bun', 'long', 0.09, 0.03, -0.05, null, 'round', 'smooth', 'bun'),
  style('buzz', 'short', 0.04, 0.02, -0.02, null, 'straight', 'smooth'),
  style('long waves', 'long', 0.2, 0.26, 0.9, 1.5, 'sweep', 'wavy'),
  style('spikes', 'short', 0.3, 0.06, -0.05, null, 'straight', 'spiky'),
  style('curls', 'any', 0.22, 0.17, 0.12, 0.3, 'round', 'curly'),
  style('receding', 'short', 0.08, 0.06, 0.1, null, 'receding', 'smooth'),
  style('side tail', 'long', 0.12, 0.04, 0, null, 'sweep', 'smooth', 'tail'),
  style('bowl', 'short', 0.14, 0.13, 0.05, 0.2, 'fringe', 'smooth'),
  style('two buns', 'long', 0.12, 0.05, 0.1, null, 'curtain', 'smooth', 'buns'),
  style('shoulder curls', 'long', 0.2, 0.3, 0.85, 1.25, 'curtain', 'curly'),
  style('long hair', 'short', 0.12, 0.1, 0.75, 1.1, 'curtain', 'wavy'),
]

function style(
  name: string,
  worn: HairStyle['worn'],
  top: number,
  sides: number,
  front: number,
  back: number | null,
  line: HairStyle['line'],
  edge: HairStyle['edge'],
  extra: HairStyle['extra'] = 'none',
): HairStyle {
  return { name, worn, top, sides, front, back, line, edge, extra }
}
