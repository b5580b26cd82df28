// @ts-check
// How a process tells the campaign what it does, one JSON object a line.

import { writeSync } from 'node:fs'

/**
 * Written before it returns: what comes next may be the end of the process.
 *
 * @param {object} line
 */
export function tell(line) {
  writeSync(1, `${JSON.stringify(line)}\n`)
}
