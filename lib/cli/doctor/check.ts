// One thing that the doctor looks at: what it found, and one line of advice where that is a problem.

export interface Check {
  readonly name: string
  /** A note is nothing that keeps the package from working. */
  readonly state: 'ok' | 'note' | 'problem'
  readonly found: string
  readonly advice: string | null
}

export function ok(name: string, found: string): Check {
  return { name, state: 'ok', found, advice: null }
}

export function note(name: string, found: string, advice: string | null = null): Check {
  return { name, state: 'note', found, advice }
}

export function problem(name: string, found: string, advice: string): Check {
  return { name, state: 'problem', found, advice }
}
