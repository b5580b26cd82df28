import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { scoreSubmission } from '../../lib/inference/index.js'
import { thrownBy } from '../data/thrown.js'
import { temporaryFolder } from '../files/temporary-folder.js'

function tables<const Name extends string>(contents: Record<Name, string>): Record<Name, string> {
  const root = temporaryFolder()
  const names = Object.keys(contents) as Name[]
  for (const name of names) writeFileSync(join(root, `${name}.csv`), contents[name])
  return Object.fromEntries(names.map((name) => [name, join(root, `${name}.csv`)])) as Record<Name, string>
}

test('a score refuses wrong arguments, missing tables and repeated ids', async () => {
  const { csv, answers } = tables({ csv: 'id,label\n1,a\n1,b\n', answers: 'id,label\n1,a\n' })
  expect(await thrownBy(scoreSubmission(7 as never, answers))).toBeInstanceOf(TypeError)
  expect(await thrownBy(scoreSubmission(csv, undefined as never))).toBeInstanceOf(TypeError)
  expect(await thrownBy(scoreSubmission(csv, `${answers}.none`))).toMatchObject({ code: 'FILE' })
  const error = await thrownBy(scoreSubmission(csv, answers))
  expect(error).toMatchObject({ code: 'DATASET' })
  expect(error.message).toContain('The id "1" stands twice')
})

test('a score counts right labels among the answers, whatever the extensions, and lists what does not match', async () => {
  const { csv, answers } = tables({
    csv: 'id,label\n1.jpg,anna\n2.jpg,ben\n3,cleo\n9,anna\n',
    answers: 'file\tidentity\n3.png\tcleo\n1\tanna\n2\tanna\n4\tben\n',
  })
  expect(await scoreSubmission(csv, answers)).toEqual({
    top1: 0.5,
    correct: 2,
    count: 4,
    public: null,
    private: null,
    withoutRow: ['4'],
    withoutAnswer: ['9'],
  })
})

test('answers for other photographs are refused, not scored as wrong', async () => {
  const { csv, answers } = tables({ csv: 'id,label\n1,x\n', answers: 'id,label\n8,x\n9,x\n' })
  const error = await thrownBy(scoreSubmission(csv, answers))
  expect(error).toMatchObject({ code: 'DATASET', message: expect.stringContaining('None of the 2 ids') })
})

test.each([
  ['Usage', 'Public', 'Private', 'Ignored'],
  [' usage ', 'public', 'PRIVATE ', ' ignored'],
])(
  'halves by the column %j are scored apart, and what is ignored nowhere',
  async (usage, open, kept, none) => {
    const { csv, answers } = tables({
      csv: 'id,label\n1,a\n2,a\n3,b\n4,b\n5,b\n6,x\n',
      answers:
        `id,label,${usage}\n5,a,${kept}\n1,a,${open}\n2,b,${open}\n3,b,${kept}\n4,b,${kept}\n` +
        `6,x,${none}\n7,c,${kept}\n`,
    })
    expect(await scoreSubmission(csv, answers)).toEqual({
      top1: 0.5,
      correct: 3,
      count: 6,
      public: { top1: 0.5, correct: 1, count: 2 },
      private: { top1: 0.5, correct: 2, count: 4 },
      withoutRow: ['7'],
      withoutAnswer: [],
    })
  },
)

test('one half alone is told, and neither is refused', async () => {
  const { csv, half, none, other } = tables({
    csv: 'id,label\n1,a\n2,b\n',
    half: 'id,label,Usage\n1,a,Private\n2,a,Private\n',
    none: 'id,label,Usage\n1,a,Ignored\n2,a,Ignored\n',
    other: 'id,label,Usage\n1,a,Private\n2,a,"for\u001b me"\n',
  })
  const score = await scoreSubmission(csv, half)
  expect([score.public, score.private]).toEqual([null, { top1: 0.5, correct: 1, count: 2 }])
  expect(await thrownBy(scoreSubmission(csv, none))).toMatchObject({ code: 'DATASET' })
  const error = await thrownBy(scoreSubmission(csv, other))
  expect(error).toMatchObject({ code: 'DATASET' })
  expect(error.message).toMatch(/^Row 2 of .*"for\\u001b me".*Public, Private or Ignored/)
})
