// npm run -s bench -- data [options]: measures one part of the package on this machine and prints JSON.

const benches: Readonly<Record<string, () => Promise<unknown>>> = {
  data: () => import('./data/main.js'),
  inference: () => import('./inference/main.js'),
  recipes: () => import('./recipes/main.js'),
  serve: () => import('./serve/main.js'),
  step: () => import('./training-step.js'),
  submission: () => import('./submission/main.js'),
}

const [name = ''] = process.argv.splice(2, 1)
const bench = benches[name]
if (bench === undefined) {
  process.stderr.write(`Expected one of ${Object.keys(benches).join(', ')}: npm run -s bench -- data\n`)
  process.exitCode = 2
} else await bench()
