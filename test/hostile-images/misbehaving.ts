// Stands in for the program that decodes, and does what the name of the photograph's file says.

import { basename } from 'node:path'
import { type Answer, type Question, READY } from './messages.js'

process.on('disconnect', () => process.exit())
process.on('message', (question: Question) => {
  if (question.kind === 'folder')
    return answer({ kind: 'packed', photographs: [], skipped: [], refusal: null })
  const name = basename(question.path)
  if (name === 'exits') process.exit(3)
  if (name === 'dies') process.kill(process.pid, 'SIGSEGV')
  if (name === 'rejects') Promise.reject(new Error('nobody listens'))
  if (name === 'hangs' || name === 'rejects') return
  if (name === 'grows') return answer({ kind: 'decoded', width: 1, height: 1, bytes: 3 }, 2e9)
  if (name === 'prints') process.stderr.write('a library speaks\n')
  answer({ kind: 'decoded', width: 1, height: 1, bytes: 3 })
})
process.send?.(READY)

function answer(outcome: Answer['outcome'], growthBytes = 0): void {
  process.send?.({ outcome, milliseconds: 1, growthBytes } satisfies Answer)
}
