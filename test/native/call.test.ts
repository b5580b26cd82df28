import { expect, test } from 'vitest'
import { TorchError } from '../../lib/errors.js'
import { nativeCall, nativeNow } from '../../lib/native/index.js'

async function callerByName(thrown: unknown): Promise<unknown> {
  return nativeCall(Promise.reject(thrown))
}

async function rejectionOf(work: Promise<unknown>): Promise<Error> {
  return work.then(
    () => new Error('It did not reject.'),
    (error: Error) => error,
  )
}

test.each([[null], [undefined], ['text'], [7]])(
  'a rejection with %o becomes an error all the same',
  async (thrown) => {
    const error = await rejectionOf(callerByName(thrown))
    expect(error).toBeInstanceOf(TorchError)
    expect(error).toMatchObject({ code: 'NATIVE', message: String(thrown) })
  },
)

test('a native rejection keeps code and message and gets the stack of the caller', async () => {
  const native = Object.assign(new Error('Expected 3 channels'), { code: 'NETWORK' })
  const error = await rejectionOf(callerByName(native))
  expect(error).toBeInstanceOf(TorchError)
  expect(error).toMatchObject({ code: 'NETWORK', message: 'Expected 3 channels' })
  const [first, second] = (error.stack ?? '').split('\n')
  expect(first).toBe('TorchError: Expected 3 channels')
  expect(second).toMatch(/at callerByName /)
})

test.each([new TypeError('wrong'), new RangeError('far'), new TorchError('CLOSED', 'closed')])(
  '%s passes as it is',
  async (error) => {
    expect(await rejectionOf(callerByName(error))).toBe(error)
    expect(() =>
      nativeNow(() => {
        throw error
      }),
    ).toThrow(error)
  },
)

test('a synchronous call is turned the same way', () => {
  const failing = () => {
    throw Object.assign(new Error('no such layer'), { code: 'NETWORK' })
  }
  expect(() => nativeNow(failing)).toThrow(TorchError)
  expect(() => nativeNow(failing)).toThrow(
    expect.objectContaining({ code: 'NETWORK', message: 'no such layer' }),
  )
  expect(nativeNow(() => 7)).toBe(7)
})

test('what a call resolves to passes', async () => {
  expect(await nativeCall(Promise.resolve(7))).toBe(7)
})
