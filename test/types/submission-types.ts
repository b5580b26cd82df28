// What a submission is asked for and gives, of a predictor and of an ensemble: read by the type checker alone, never run.

import { expectTypeOf } from 'vitest'
import {
  type Candidate,
  type CountedNames,
  Ensemble,
  type EvaluationReport,
  type FaceDataset,
  Predictor,
  type WriteSubmissionOptions,
  type WrittenSubmission,
} from '../../lib/index.js'

export async function submissions(path: string, val: FaceDataset): Promise<void> {
  const predictor = await Predictor.open(path)
  const ensemble = Ensemble.of([predictor, await Predictor.open(path, { flip: true })], { weights: [2, 1] })
  const options: WriteSubmissionOptions = { output: 'submission.csv', top: 5, probabilityColumn: 'p' }
  expectTypeOf(predictor.writeSubmission(path, options)).resolves.toEqualTypeOf<WrittenSubmission>()
  expectTypeOf(ensemble.writeSubmission(path, options)).resolves.toEqualTypeOf<WrittenSubmission>()
  expectTypeOf<WrittenSubmission['missing']>().toEqualTypeOf<CountedNames>()
  expectTypeOf(ensemble.classify(path, { top: 1 })).resolves.toEqualTypeOf<Candidate[]>()
  expectTypeOf(ensemble.classify([path])).resolves.toEqualTypeOf<Candidate[][]>()
  expectTypeOf(ensemble.evaluate(val)).resolves.toEqualTypeOf<EvaluationReport>()
  expectTypeOf(ensemble.classes).toEqualTypeOf<readonly string[]>()

  // @ts-expect-error An output is needed.
  await ensemble.writeSubmission(path, { template: 'b.csv' })
  // @ts-expect-error Embeddings of several models cannot be compared.
  await ensemble.embed(path)
  // @ts-expect-error Predictors are opened before.
  Ensemble.of([path])
  // @ts-expect-error A column has a name.
  await predictor.writeSubmission(path, { output: 'a.csv', probabilityColumn: true })
}
