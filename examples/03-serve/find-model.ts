// Which model is served, and the thresholds that belong to it.

import { readdir, readFile, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Calibration } from '@facecls/torch'
import { shownPath } from '../shared/shown-path.js'

/** What a run saves. */
const BUNDLE = 'best.safetensors'
const CALIBRATION = 'calibration.json'

/** The newest bundle that a run left anywhere under a folder; undefined where there is none. */
export async function newestBundle(folder: string): Promise<string | undefined> {
  const names = await readdir(folder, { recursive: true }).catch((): string[] => [])
  const bundles = names.filter((name) => name === BUNDLE || name.endsWith(`/${BUNDLE}`))
  const times = await Promise.all(
    bundles.map(async (name) => {
      const file = join(folder, name)
      return { file, time: (await stat(file)).mtimeMs }
    }),
  )
  return times.sort((a, b) => b.time - a.time)[0]?.file
}

/**
 * @param given undefined: the file beside the model, if it is there
 * @throws Error naming a file that cannot be read or is no JSON
 */
export async function calibrationOf(
  model: string,
  given: string | undefined,
): Promise<Calibration | undefined> {
  const file = given ?? join(dirname(model), CALIBRATION)
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (thrown) {
    if (given === undefined) return undefined
    throw new Error(`The calibration ${shownPath(file)} cannot be read: ${(thrown as Error).message}`)
  }
  try {
    return JSON.parse(text) as Calibration // Predictor.open checks what it needs of it
  } catch {
    throw new Error(
      `The calibration ${shownPath(file)} is no JSON; write what calibrate() gives by JSON.stringify`,
    )
  }
}

/** Where the calibration of a run's model is found. */
export function calibrationFile(runFolder: string): string {
  return join(runFolder, CALIBRATION)
}
