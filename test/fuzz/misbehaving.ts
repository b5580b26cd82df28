// Stands in for the program that fuzzes: it hangs, dies, grows and throws where its index says.

import { READY, type Step, type Task } from './steps.js'

process.on('disconnect', () => process.exit())
process.on('message', async ({ from }: Task) => {
  process.send?.(READY)
  for (let index = from; ; index++) {
    if (index === 2) return // for ever silent
    if (index === 4) process.exit(3)
    if (index === 6) process.kill(process.pid, 'SIGSEGV')
    if (index === 8) Promise.reject(new Error('nobody handles this'))
    await new Promise((resolve) => setTimeout(resolve, 5))
    process.send?.(step(index))
  }
})

function step(index: number): Step {
  const peakGrowthBytes = index === 10 ? 300e6 : 0
  const milliseconds = index === 12 ? 2000 : 1
  return { kind: 'refused', note: 'damaged', index, passesHeader: true, milliseconds, peakGrowthBytes }
}
