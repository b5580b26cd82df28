#!/usr/bin/env node
// The command facecls-torch. The only file of the package that sets the exit code of a process.

import { runCommandLine } from './run.js'
import { Screen } from './screen.js'

process.stdout.on('error', () => undefined) // whoever reads it may stop early, as head does
void runCommandLine(process.argv.slice(2), new Screen()).then((code) => {
  process.exitCode = code
})
