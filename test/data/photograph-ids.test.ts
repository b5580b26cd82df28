import { expect, test } from 'vitest'
import { PhotographIds } from '../../lib/data/index.js'
import { thrownBy } from './thrown.js'

test.each([
  ['1.jpg', 0],
  ['1', 0],
  [' 1 ', 0],
  ['./1.jpg', 0],
  ['1.png', 0], // converted since the table was written
  ['v1.0', 1], // not an image's extension: it belongs to the name
  ['v1.0.JPG', 1],
  ['v1', undefined],
  ['test/1', 0],
  ['faces/test/1.jpg', 0],
  ['other/1.jpg', undefined],
  ['more/2', 2],
  ['n/2', undefined],
  ['', undefined],
  ['constructor', undefined],
])('the id %j finds %s', (id, wanted) => {
  const ids = new PhotographIds(['/faces/test/1.jpg', '/faces/test/v1.0.JPG', '/faces/test/more/2.jpg'])
  expect(ids.find(id)).toBe(wanted)
})

test('an id that names two photographs is refused with both; a longer one tells them apart', async () => {
  const ids = new PhotographIds(['/t/a/1.jpg', '/t/b/1.jpg', '/t/2.jpg', '/t/2.png'])
  const error = await thrownBy(() => ids.find('1'))
  expect(error).toMatchObject({ name: 'TorchError', code: 'DATASET' })
  expect(error.message).toContain('"/t/a/1.jpg" and "/t/b/1.jpg"')
  expect(ids.find('b/1')).toBe(1)
  expect(await thrownBy(() => ids.find('2'))).toMatchObject({ code: 'DATASET' })
  expect(ids.find('2.png')).toBe(3)
})
