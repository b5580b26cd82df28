// What an evaluation takes and gives: read by the type checker alone, never run.

import { expectTypeOf } from 'vitest'
import type { EvaluationReport, FaceDataset, Predictor, WrittenEvaluation } from '../../lib/index.js'

export async function evaluations(predictor: Predictor, val: FaceDataset): Promise<void> {
  expectTypeOf(predictor.evaluate(val)).resolves.toEqualTypeOf<EvaluationReport>()
  const evaluation = await predictor.evaluate(val, {
    groups: { table: 'a.csv', columns: ['gender'] },
    worst: 5,
  })
  expectTypeOf(evaluation.top1).toEqualTypeOf<number>()
  expectTypeOf(evaluation.groups[0]?.gap?.highest).toEqualTypeOf<string | undefined>()
  expectTypeOf(evaluation.save('a')).resolves.toEqualTypeOf<WrittenEvaluation>()
  await predictor.evaluate(val, { groups: ({ file, identity }) => (identity === 'anna' ? file : null) })
  // @ts-expect-error A group is a name.
  await predictor.evaluate(val, { groups: () => 7 })
  // @ts-expect-error A report does not change.
  evaluation.top1 = 1
}
