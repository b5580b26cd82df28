// npm start: reads the options and does the job.

import { runProgram } from '../shared/program.js'
import { helpText } from './option-table.js'
import { readOptions } from './options.js'
import { newOutputFolder } from './output-folder.js'
import { goOn } from './resume.js'
import { showTransfer } from './show-transfer.js'
import { trainOnPhotographs } from './train-on-photographs.js'

await runProgram({
  helpText,
  readOptions,
  async work(options, terminal, signal) {
    if (options.resume !== undefined) return goOn(options.resume, terminal, signal)
    const job = { options, output: await newOutputFolder(options.output), terminal, signal }
    await (options.data === undefined ? showTransfer(job) : trainOnPhotographs(job, options.data))
  },
})
