// What the threads of a process are doing, so that a hang can be told from a machine that is too busy.

import { readdirSync, readFileSync } from 'node:fs'

/** Of one look: 'node R' runs, 'node S' waits, with what it waits for where the system says so. Empty where the process is gone. */
export function threadsOf(pid: number): string {
  try {
    const tasks = readdirSync(`/proc/${pid}/task`)
    const counts = new Map<string, number>()
    for (const task of tasks) {
      const thread = described(`/proc/${pid}/task/${task}`)
      counts.set(thread, (counts.get(thread) ?? 0) + 1)
    }
    return [...counts].map(([thread, count]) => (count > 1 ? `${count} x ${thread}` : thread)).join(', ')
  } catch {
    return '' // it ended meanwhile
  }
}

function described(folder: string): string {
  const stat = readFileSync(`${folder}/stat`, 'utf8')
  const name = stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'))
  const [state] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  let waits = ''
  try {
    waits = readFileSync(`${folder}/wchan`, 'utf8')
  } catch {
    // Not every system tells.
  }
  return `${name} ${state}${waits === '' || waits === '0' ? '' : ` in ${waits}`}`
}

/** Seconds of processor time that a process has used; 0 where it is gone. */
export function processorSeconds(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return (Number(fields[11]) + Number(fields[12])) / 100 // user and system, in ticks of 10 ms
  } catch {
    return 0
  }
}

/** Nanoseconds that each thread of a process was ready to run and was given no processor, by its number. */
export function waitsForProcessor(pid: number): Map<string, number> {
  const waits = new Map<string, number>()
  try {
    for (const task of readdirSync(`/proc/${pid}/task`)) {
      const [, waited] = readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ')
      waits.set(task, Number(waited))
    }
  } catch {
    // It ended meanwhile, or the system does not tell.
  }
  return waits
}
