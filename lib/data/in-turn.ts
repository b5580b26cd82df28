// Lets work that takes much memory run one after another, whoever asks for it.

/** A queue of its own: what it is given runs when all that was given before has ended, well or not. */
export function queue(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve()
  return (work) => {
    const turn = last.then(work, work)
    last = turn.catch(() => undefined)
    return turn
  }
}
