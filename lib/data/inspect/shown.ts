// Numbers and names as a report shows them.

import { sep } from 'node:path'

/** The end of a path, as a person names a photograph: its folder and its own name. */
export function shortName(file: string): string {
  return file.split(sep).slice(-2).join('/')
}

/** 0.015 as '1.5 %'; one of many is not rounded to none. */
export function percent(share: number): string {
  const percents = 100 * share
  return percents > 0 && percents < 0.1 ? '< 0.1 %' : `${percents.toFixed(1)} %`
}

/** 140000 as 140,000, whatever the user's locale. */
export function grouped(count: number): string {
  return count.toLocaleString('en-US')
}
