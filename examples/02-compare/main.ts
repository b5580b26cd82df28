// npm run compare: reads the options and compares the three networks.

import { runProgram } from '../shared/program.js'
import { compare } from './compare.js'
import { helpText } from './option-table.js'
import { readOptions } from './options.js'

await runProgram({
  helpText,
  readOptions,
  work: (options, terminal, signal) => compare({ options, terminal, signal }),
})
