// The options of a command line as a table: what each takes, what it needs beside it, and what the help says about it.

/** How an option's value is read. `low` and `high` are the least and the greatest value allowed. */
export type OptionKind =
  | { is: 'path' }
  | { is: 'text'; what: string }
  | { is: 'choice'; choices: readonly string[] }
  | { is: 'integer' | 'number'; low: number; high: number; aboveLow?: boolean }

export interface OptionRow<Name extends string = string, Needs extends string = string> {
  name: Name
  placeholder: string
  kind: OptionKind
  /** The option without which it has no meaning. */
  needs: Needs | null
  help: string
}

export const path: OptionKind = { is: 'path' }

export function choice(...choices: string[]): OptionKind {
  return { is: 'choice', choices }
}

export function least(low: number): OptionKind {
  return { is: 'integer', low, high: Number.MAX_SAFE_INTEGER }
}

export function row<const Name extends string, const Needs extends string = never>(
  name: Name,
  placeholder: string,
  kind: OptionKind,
  needs: Needs | null,
  help: string,
): OptionRow<Name, Needs> {
  return { name, placeholder, kind, needs, help }
}

/** The options as the help lists them, at most 100 characters wide. */
export function helpLines(table: readonly OptionRow[]): string[] {
  const rows = [
    ...table.map(({ name, placeholder, help }) => [`--${name} ${placeholder}`, help] as const),
    ['--help', 'this text'] as const,
  ]
  const width = Math.max(...rows.map(([left]) => left.length)) + 4
  return rows.flatMap(([left, right]) =>
    wrapped(right, 100 - width).map((line, i) => `${(i === 0 ? `  ${left}` : '').padEnd(width)}${line}`),
  )
}

function wrapped(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + word.length >= width) {
      lines.push(line)
      line = ''
    }
    line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line]
}
