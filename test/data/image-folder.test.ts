import { execFileSync } from 'node:child_process'
import { mkdirSync, symlinkSync } from 'node:fs'
import { join, relative } from 'node:path'
import { expect, test } from 'vitest'
import { FaceDataset } from '../../lib/data/index.js'
import { temporaryFolder } from '../files/temporary-folder.js'
import { place } from './drawn.js'
import { thrownBy } from './thrown.js'

const LAYOUT = 'faces/train/<identity>/1.jpg'

test.each([[undefined], [null], [7], [''], [['faces']]])('refuses %j as a path', async (path) => {
  expect(await thrownBy(FaceDataset.fromFolder(path as string))).toBeInstanceOf(TypeError)
  expect(await thrownBy(FaceDataset.unlabelled(path as string))).toBeInstanceOf(TypeError)
})

test('refuses unknown options and what is no signal', async () => {
  const signal = {} as AbortSignal
  expect(await thrownBy(FaceDataset.fromFolder('faces', { signal }))).toBeInstanceOf(TypeError)
  const unknown = { recursive: true } as object
  expect((await thrownBy(FaceDataset.fromFolder('faces', unknown))).message).toContain('recursive')
})

test.each(['fromFolder', 'unlabelled'] as const)('%s: a missing folder and a file are named', async (how) => {
  const root = temporaryFolder()
  place(root, ['file.jpg'])
  const missing = await thrownBy(FaceDataset[how](join(root, 'none')))
  expect(missing).toMatchObject({ name: 'TorchError', code: 'DATASET' })
  expect(missing.message).toContain(`"${join(root, 'none')}" does not exist`)
  const file = await thrownBy(FaceDataset[how](join(root, 'file.jpg')))
  expect(file).toMatchObject({ code: 'DATASET' })
  expect(file.message).toContain('is a file, not a folder')
})

test('an empty folder, one without identities, and photographs that lie directly inside', async () => {
  const root = temporaryFolder()
  const empty = await thrownBy(FaceDataset.fromFolder(root))
  expect(empty).toMatchObject({ code: 'DATASET' })
  expect(empty.message).toContain(`"${root}" is empty`)
  expect((await thrownBy(FaceDataset.unlabelled(root))).message).toContain('holds no photographs')

  place(root, ['notes.txt'])
  expect((await thrownBy(FaceDataset.fromFolder(root))).message).toContain(
    'no identities, only 1 other files',
  )
  expect((await thrownBy(FaceDataset.unlabelled(root))).message).toContain('only 1 other files')

  place(root, ['1.jpg', '2.JPG'])
  const flat = await thrownBy(FaceDataset.fromFolder(root))
  expect(flat).toMatchObject({ code: 'DATASET' })
  expect(flat.message).toContain('2 photographs lie directly in')
  for (const { message } of [empty, flat]) expect(message).toContain(LAYOUT)
})

test('a single identity, with a hint where the identities lie one level deeper', async () => {
  const root = temporaryFolder()
  place(root, ['anna/1.jpg'])
  const single = await thrownBy(FaceDataset.fromFolder(root))
  expect(single).toMatchObject({ code: 'DATASET' })
  expect(single.message).toContain('a single identity, "anna"')

  const deeper = temporaryFolder()
  place(deeper, ['train/anna/1.jpg', 'train/ben/1.jpg'])
  expect((await thrownBy(FaceDataset.fromFolder(deeper))).message).toContain(
    `give "${join(deeper, 'train')}"`,
  )
})

test('identities without any photograph are named', async () => {
  const root = temporaryFolder()
  place(root, ['anna/1.jpg', 'ben/1.txt', 'cleo/1.jpg'])
  mkdirSync(join(root, 'dora'))
  const error = await thrownBy(FaceDataset.fromFolder(root))
  expect(error).toMatchObject({ code: 'DATASET' })
  expect(error.message).toContain('2 of 4 identities')
  expect(error.message).toContain('"ben", "dora"')
})

test('hostile names are escaped in messages', async () => {
  const root = temporaryFolder()
  place(root, ['\u001b[2J\u202egnp/1.jpg'])
  const { message } = await thrownBy(FaceDataset.fromFolder(root))
  expect(message).toContain('\\u001b[2J\\u202egnp')
  for (const character of '\u001b\u202e') expect(message).not.toContain(character)
})

test('lists identities and files by code point, nested folders included, and sets the rest aside', async () => {
  const root = temporaryFolder()
  place(root, [
    'b/2.PNG',
    'b/10.jpeg',
    'b/x/3.webp',
    'b/x-y/4.avif',
    'B/1.tif',
    'B/1.TIFF',
    'é/a.gif',
    'é/B.jpg',
  ])
  place(root, [
    'b/.hidden.jpg',
    'b/notes.txt',
    'b/photo',
    'b/x/5.jpg.part',
    '.cache/1.jpg',
    'stray.jpg',
    'README',
  ])
  const faces = await FaceDataset.fromFolder(root)
  expect(faces.classes).toEqual(['B', 'b', 'é'])
  const listed = faces.samples.map(({ file, label }) => [relative(root, file), label])
  expect(listed).toEqual([
    ...[
      ['B/1.TIFF', 0],
      ['B/1.tif', 0],
    ],
    ...[
      ['b/10.jpeg', 1],
      ['b/2.PNG', 1],
      ['b/x/3.webp', 1],
      ['b/x-y/4.avif', 1],
    ],
    ...[
      ['é/B.jpg', 2],
      ['é/a.gif', 2],
    ],
  ])
  expect(faces.ignored.map((file) => relative(root, file))).toEqual([
    ...['.cache', 'README', 'b/.hidden.jpg', 'b/notes.txt', 'b/photo', 'b/x/5.jpg.part', 'stray.jpg'],
  ])
})

test('follows links to files and folders, and ends where they lead in a circle or nowhere', async () => {
  const root = temporaryFolder()
  const elsewhere = temporaryFolder()
  place(elsewhere, ['ben/1.jpg', '9.jpg'])
  place(root, ['anna/1.jpg'])
  symlinkSync(join(elsewhere, 'ben'), join(root, 'ben'))
  symlinkSync(join(elsewhere, '9.jpg'), join(root, 'anna', '2.jpg'))
  symlinkSync(join(root, 'anna'), join(root, 'anna', 'again'))
  symlinkSync(join(root, 'none.jpg'), join(root, 'anna', 'dead.jpg'))
  const faces = await FaceDataset.fromFolder(root)
  expect(faces.samples.map(({ file }) => relative(root, file))).toEqual([
    'anna/1.jpg',
    'anna/2.jpg',
    'ben/1.jpg',
  ])
  expect(faces.ignored.map((file) => relative(root, file))).toEqual(['anna/again', 'anna/dead.jpg'])
})

test('a pipe that is called a photograph is set aside', async () => {
  const root = temporaryFolder()
  place(root, ['1.jpg'])
  execFileSync('mkfifo', [join(root, '2.jpg')])
  const faces = await FaceDataset.unlabelled(root)
  expect(faces.length).toBe(1)
  expect(faces.ignored).toEqual([join(root, '2.jpg')])
})

test('an unlabelled folder is listed flat or nested, and has no classes', async () => {
  const root = temporaryFolder()
  place(root, ['2.jpg', '10.jpg', 'more/1.jpg', 'notes.md'])
  const test = await FaceDataset.unlabelled(root)
  expect(test.samples).toEqual(
    ['10.jpg', '2.jpg', 'more/1.jpg'].map((file) => ({ file: join(root, file), label: -1 })),
  )
  expect(test.classes).toEqual([])
  expect(test.counts()).toEqual([])
})

test.each(['fromFolder', 'unlabelled'] as const)('%s stops when its signal says so', async (how) => {
  const root = temporaryFolder()
  place(root, ['anna/1.jpg', 'ben/1.jpg'])
  const error = await thrownBy(FaceDataset[how](root, { signal: AbortSignal.abort('enough') }))
  expect(error).toMatchObject({ name: 'TorchError', code: 'ABORTED', cause: 'enough' })
})
