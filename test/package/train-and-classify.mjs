// Copied into an empty folder beside the installed package, and run there: draws ten photographs of two people, trains
// on them, classifies one, and prints what came out as JSON.

import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { FaceClassifier, FaceDataset, Predictor } from '@facecls/torch'
import sharp from 'sharp'

const people = { anna: { r: 220, g: 170, b: 140 }, ben: { r: 90, g: 60, b: 50 } }

async function drawPhotographs() {
  for (const [name, background] of Object.entries(people)) {
    await mkdir(`faces/${name}`, { recursive: true })
    for (let i = 0; i < 5; i++) {
      const eyes = `<svg width="120" height="120"><circle cx="${40 + i}" cy="50" r="8"/><circle cx="${80 + i}" cy="50" r="8"/></svg>`
      const photograph = sharp({ create: { width: 120, height: 120, channels: 3, background } })
      await writeFile(
        `faces/${name}/${i}.jpg`,
        await photograph
          .composite([{ input: Buffer.from(eyes) }])
          .jpeg()
          .toBuffer(),
      )
    }
  }
}

await drawPhotographs()
const faces = await FaceDataset.fromFolder('faces')
const { train, val } = faces.split({ train: 0.8, val: 0.2 }, { seed: 1 })
const run = FaceClassifier.inceptionResnetV1({ classes: faces.classes })
  .trainer({ train, val })
  .imageSize(96)
  .epochs(1)
  .batchSize(4)
  .start({ output: 'run' })
const { best } = await run.finished

const predictor = await Predictor.open(best)
const answers = await predictor.classify(await readFile('faces/anna/0.jpg'))
await predictor.close()
console.log(JSON.stringify({ samples: faces.length, best, answers }))
