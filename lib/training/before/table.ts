// What the tools before a training print.

/** Lines of columns: the first row is the header, and all columns but the first `left` stand to the right. */
export function columns(rows: readonly (readonly string[])[], left: number): string[] {
  const [header = []] = rows
  const widths = header.map((_, column) => Math.max(...rows.map((row) => (row[column] as string).length)))
  const lines = rows.map((row) =>
    row
      .map((cell, column) => {
        const width = widths[column] as number
        return column < left ? cell.padEnd(width) : cell.padStart(width)
      })
      .join('  ')
      .trimEnd(),
  )
  const rule = '-'.repeat(Math.max(...lines.map((line) => line.length)))
  return [rule, lines[0] as string, rule, ...lines.slice(1), rule]
}

/** 1234567 as 1,234,567, whatever the user's locale. */
export function grouped(count: number): string {
  return count.toLocaleString('en-US')
}

const UNITS = ['kB', 'MB', 'GB', 'TB']

/** 1234567 as '1.2 MB'. */
export function size(bytes: number): string {
  if (bytes < 1000) return `${Math.round(bytes)} bytes`
  let [value, unit] = [bytes / 1000, 0]
  // As rounded: 999,999 bytes are a megabyte, not a thousand kilobytes.
  while (Number(value.toFixed(1)) >= 1000 && unit < UNITS.length - 1) [value, unit] = [value / 1000, unit + 1]
  return `${value.toFixed(1)} ${UNITS[unit]}`
}

/** 0.0123 as '12 ms', 75 as '1 min 15 s', 8000 as '2 h 13 min'. */
export function duration(seconds: number): string {
  if (Math.round(1000 * seconds) < 1000) return `${Math.round(1000 * seconds)} ms`
  if (Number(seconds.toFixed(1)) < 60) return `${seconds.toFixed(1)} s`
  const whole = Math.round(seconds)
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`
  const minutes = Math.round(seconds / 60)
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}
