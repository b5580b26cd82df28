import { join } from 'node:path'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../files/temporary-folder.js'
import { drawnFaces } from '../training/small-training.js'
import { campaign } from './campaign.js'

it('a run that is killed and stopped ends as if it had been left in peace', async () => {
  const folder = temporaryFolder()
  await drawnFaces(['anna', 'ben'], 6, join(folder, 'photographs'))
  const asked = { kills: 2, killsWhileSaving: 1, stops: 1, epochs: 3, seed: 0 }
  const outcome = await campaign({ ...asked, folder, onProgress: () => {} })
  expect(outcome.findings).toEqual([])
  expect(outcome.kills).toBeGreaterThanOrEqual(2)
  expect(outcome.killsWhileSaving).toBeGreaterThanOrEqual(1)
}, 300_000)
