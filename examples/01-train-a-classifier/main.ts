// npm start: reads the options, does the job, and ends with an exit code. The only place that ends the process on purpose.

import { TorchError } from '@facecls/torch'
import { listenForInterrupt } from './interrupt.js'
import { helpText } from './option-table.js'
import { readOptions, UsageError } from './options.js'
import { newOutputFolder } from './output-folder.js'
import { printableLines } from './printable.js'
import { showTransfer } from './show-transfer.js'
import { Terminal } from './terminal.js'
import { trainOnPhotographs } from './train-on-photographs.js'

async function main(): Promise<number> {
  const terminal = new Terminal()
  const options = readOptions(process.argv.slice(2))
  if (options.help) {
    terminal.line(helpText())
    return 0
  }
  const interrupt = listenForInterrupt(terminal)
  try {
    const job = { options, output: await newOutputFolder(options.output), terminal, signal: interrupt.signal }
    await (options.data === undefined ? showTransfer(job) : trainOnPhotographs(job, options.data))
  } catch (thrown) {
    // Only the stop that was asked for is no failure: a checkpoint that could not be saved is one.
    const stopped = thrown instanceof TorchError && thrown.code === 'ABORTED'
    if (interrupt.exitCode === undefined || !stopped) throw thrown
    terminal.line('Stopped.')
  } finally {
    terminal.clear()
    interrupt.release()
  }
  return interrupt.exitCode ?? 0
}

try {
  process.exitCode = await main()
} catch (thrown) {
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  process.stderr.write(`${printableLines(message)}\n`)
  process.exitCode = thrown instanceof UsageError ? 2 : 1
}
