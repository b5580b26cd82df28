// A process that is asked over a channel, one question at a time.

import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

export class Child {
  readonly process: ChildProcess

  /** @param preload Modules that are loaded first. */
  constructor(main: URL, args: readonly string[], preload: readonly URL[] = []) {
    const imports = ['tsx', ...preload.map(String)].flatMap((module) => ['--import', module])
    this.process = fork(fileURLToPath(main), args, {
      execArgv: imports,
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    })
  }

  /** The first line of its output that fits. Rejects where it ends before. */
  async says(pattern: RegExp): Promise<RegExpExecArray> {
    let said = ''
    const { stdout } = this.process
    stdout?.setEncoding('utf8')
    return new Promise((resolve, reject) => {
      this.process.once('exit', (code) => reject(new Error(`It ended with exit code ${code}:\n${said}`)))
      stdout?.on('data', (text: string) => {
        said += text
        const found = pattern.exec(said)
        if (found !== null) resolve(found)
      })
    })
  }

  async ask<Answer>(question: unknown): Promise<Answer> {
    const ended = new AbortController()
    const exit = once(this.process, 'exit', ended).then(() =>
      Promise.reject(new Error('The process has ended')),
    )
    exit.catch(() => {}) // where the answer comes first
    this.process.send(question as object)
    try {
      const [answer] = await Promise.race([once(this.process, 'message', ended), exit])
      return answer as Answer
    } finally {
      ended.abort()
    }
  }

  /** @returns the exit code */
  async end(): Promise<number | null> {
    if (this.process.exitCode !== null) return this.process.exitCode
    const exit = once(this.process, 'exit')
    this.process.kill('SIGTERM')
    return (await exit)[0]
  }
}
