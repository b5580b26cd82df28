// Checks of arguments. Each returns its value, so that a builder reads `seed: check.integer('seed', seed, 0)`,
// and words its refusal by one formula: "Expected X for NAME but received Y of type Z".

function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 60 ? `${value.slice(0, 57)}...` : value)
  if (Array.isArray(value)) return `an array of ${value.length}`
  if (typeof value === 'object' && value !== null) return value.constructor?.name ?? 'an object'
  if (typeof value === 'function') return 'a function'
  return String(value)
}

function typeOf(value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'array' : typeof value
}

/** The one wording of a refused argument. */
export function expected(what: string, name: string, received: unknown): string {
  return `Expected ${what} for ${name} but received ${shown(received)} of type ${typeOf(received)}`
}

export function string(name: string, value: unknown): string {
  if (typeof value !== 'string' || value === '')
    throw new TypeError(expected('a non-empty string', name, value))
  return value
}

export function boolean(name: string, value: unknown): boolean {
  if (typeof value !== 'boolean') throw new TypeError(expected('true or false', name, value))
  return value
}

export function oneOf<const T extends readonly string[]>(
  name: string,
  value: unknown,
  choices: T,
): T[number] {
  if (typeof value === 'string' && choices.includes(value)) return value
  throw new TypeError(expected(`one of ${choices.map((choice) => `'${choice}'`).join(', ')}`, name, value))
}

/** A finite number in [minimum, maximum]. */
export function number(name: string, value: unknown, minimum = -Infinity, maximum = Infinity): number {
  const what = `a number ${range(minimum, maximum)}`.trim()
  if (typeof value !== 'number' || !Number.isFinite(value)) throw new TypeError(expected(what, name, value))
  if (value < minimum || value > maximum) throw new RangeError(expected(what, name, value))
  return value
}

/** A safe integer in [minimum, maximum]. */
export function integer(name: string, value: unknown, minimum = -Infinity, maximum = Infinity): number {
  const what = `an integer ${range(minimum, maximum)}`.trim()
  if (!Number.isSafeInteger(value)) throw new TypeError(expected(what, name, value))
  const checked = value as number
  if (checked < minimum || checked > maximum) throw new RangeError(expected(what, name, value))
  return checked
}

/** A pair [low, high] of finite numbers in [minimum, maximum] with low <= high. */
export function interval(
  name: string,
  value: unknown,
  minimum = -Infinity,
  maximum = Infinity,
): readonly [number, number] {
  const what = `a pair [low, high] ${range(minimum, maximum)}`.trim()
  if (!Array.isArray(value) || value.length !== 2) throw new TypeError(expected(what, name, value))
  const low = number(`${name}[0]`, value[0], minimum, maximum)
  const high = number(`${name}[1]`, value[1], minimum, maximum)
  if (low > high) throw new RangeError(`Expected ${name}[0] <= ${name}[1] but received ${low} > ${high}`)
  return [low, high]
}

/** A plain options object whose keys are all known; undefined stands for an empty one. */
export function options<T extends object>(
  name: string,
  value: T | undefined,
  known: readonly (keyof T & string)[],
): T {
  if (value === undefined) return {} as T
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new TypeError(expected('an object', name, value))
  }
  for (const key of Object.keys(value)) {
    if (!(known as readonly string[]).includes(key)) {
      throw new TypeError(`Unknown option ${key} in ${name}; known options: ${known.join(', ')}`)
    }
  }
  return value
}

/** The entries of a plain object; a Map, a Set or a typed array is none, and would seem to have no entries or others. */
export function record(name: string, what: string, value: unknown): [key: string, value: unknown][] {
  const prototype = typeof value === 'object' && value !== null ? Object.getPrototypeOf(value) : undefined
  if (prototype !== Object.prototype && prototype !== null) throw new TypeError(expected(what, name, value))
  return Object.entries(value as object)
}

export function signal(name: string, value: unknown): AbortSignal | undefined {
  if (value === undefined || value instanceof AbortSignal) return value
  throw new TypeError(expected('an AbortSignal', name, value))
}

function range(minimum: number, maximum: number): string {
  if (minimum === -Infinity && maximum === Infinity) return ''
  if (maximum === Infinity) return `of at least ${minimum}`
  if (minimum === -Infinity) return `of at most ${maximum}`
  return `between ${minimum} and ${maximum}`
}
