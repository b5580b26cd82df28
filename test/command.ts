// How a command of this repository ends: with an exit code, and one line that says what is wrong.

import { messageOf } from '../lib/errors.js'

/**
 * @param read Makes what was asked of the arguments; what it throws is told with the usage.
 * @param run Returns the exit code.
 */
export async function runCommand<T>(
  usage: string,
  read: (argv: string[]) => T,
  run: (asked: T) => Promise<number>,
): Promise<void> {
  process.stdout.on('error', () => process.exit(1)) // a reader such as head that has seen enough
  let asked: T
  try {
    asked = read(process.argv.slice(2))
  } catch (thrown) {
    console.error(`${messageOf(thrown)}\n${usage}`)
    process.exitCode = 1
    return
  }
  try {
    process.exitCode = await run(asked)
  } catch (thrown) {
    console.error(messageOf(thrown))
    process.exitCode = 1
  }
}
