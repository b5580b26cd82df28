// A program of the course from its command line to its exit code. The only place that ends a process on purpose.

import { TorchError } from '@facecls/torch'
import { UsageError } from './command-line.js'
import { listenForInterrupt } from './interrupt.js'
import { printableLines } from './printable.js'
import { Terminal } from './terminal.js'

export interface Program<Options extends { help: boolean }> {
  helpText(): string
  readOptions(argv: readonly string[]): Options
  /** Resolves to true where the signal was how it was meant to end. */
  work(options: Options, terminal: Terminal, signal: AbortSignal): Promise<unknown>
}

/** Exit codes: 0 done, 1 failed, 2 wrong options, 130 stopped by Ctrl-C, 143 by SIGTERM. */
export async function runProgram<Options extends { help: boolean }>(
  program: Program<Options>,
): Promise<void> {
  try {
    process.exitCode = await run(program)
  } catch (thrown) {
    const message = thrown instanceof Error ? thrown.message : String(thrown)
    process.stderr.write(`${printableLines(message)}\n`)
    process.exitCode = thrown instanceof UsageError ? 2 : 1
  }
}

async function run<Options extends { help: boolean }>(program: Program<Options>): Promise<number> {
  const terminal = new Terminal()
  const options = program.readOptions(process.argv.slice(2))
  if (options.help) {
    terminal.line(program.helpText())
    return 0
  }
  const interrupt = listenForInterrupt(terminal)
  try {
    if ((await program.work(options, terminal, interrupt.signal)) === true) return 0
  } catch (thrown) {
    // Only the stop that was asked for is no failure: a checkpoint that could not be saved is one.
    if (!isStop(thrown, interrupt.signal)) throw thrown
    terminal.line('Stopped.')
  } finally {
    terminal.clear()
    interrupt.release()
  }
  return interrupt.exitCode ?? 0
}

function isStop(thrown: unknown, signal: AbortSignal): boolean {
  if (!signal.aborted) return false
  return thrown === signal.reason || (thrown instanceof TorchError && thrown.code === 'ABORTED')
}
