// npm run serve: reads the options and serves.

import { runProgram } from '../shared/program.js'
import { helpText } from './option-table.js'
import { readOptions } from './options.js'
import { serve } from './serve.js'

await runProgram({ helpText, readOptions, work: serve })
