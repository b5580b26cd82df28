// Lets work that takes much memory run one after another, whoever asks for it.

let last: Promise<unknown> = Promise.resolve()

/** Runs when all that was given before has ended, well or not. */
export function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const turn = last.then(work, work)
  last = turn.catch(() => undefined)
  return turn
}
