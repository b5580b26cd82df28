// Holds the plan of lib/: a room uses rooms on floors below it, and meets other rooms only through their index.ts.

/** From the ground up; a name is a folder (room) or a file of lib/. */
const FLOORS = [
  ['errors', 'check', 'progress', 'files'],
  ['weights', 'libtorch', 'native', 'pictures'],
  ['data', 'model'],
  ['training', 'inference'],
  ['face-classifier', 'recipes', 'report'],
  ['index', 'cli'],
]

const pathOf = (names) => `^lib/(?:${names.join('|')})(?:/|\\.ts$)`

const floors = FLOORS.slice(0, -1).map((names, floor) => ({
  name: `floor-${floor + 1}-uses-no-higher-floor`,
  severity: 'error',
  from: { path: pathOf(names) },
  to: { path: pathOf(FLOORS.slice(floor + 1).flat()) },
}))

export default {
  forbidden: [
    ...floors,
    {
      name: 'every-file-of-lib-stands-on-a-floor',
      severity: 'error',
      from: { path: '^lib/', pathNot: pathOf(FLOORS.flat()) },
      to: {},
    },
    {
      name: 'rooms-meet-through-index',
      comment: 'Import the index.ts of another room, never a file inside it.',
      severity: 'error',
      from: { path: '^lib/([^/]+)' },
      to: { path: '^lib/[^/]+/', pathNot: ['^lib/$1/', '^lib/[^/]+/index\\.ts$'] },
    },
    { name: 'no-circle', severity: 'error', from: { path: '^lib/' }, to: { circular: true } },
    {
      name: 'no-circle-of-rooms',
      severity: 'error',
      scope: 'folder',
      from: { path: '^lib/[^/]+$' },
      to: { circular: true, path: '^lib/[^/]+$' },
    },
    {
      name: 'only-the-native-room-touches-the-addon',
      severity: 'error',
      from: { path: '^lib/', pathNot: '^lib/native/' },
      to: { path: ['node-gyp-build', '\\.node$', '^(?:build|prebuilds|native)/'] },
    },
    {
      name: 'lib-uses-what-it-is-shipped-with',
      severity: 'error',
      from: { path: '^lib/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown', 'undetermined', 'unknown'] },
    },
    {
      name: 'lib-stands-alone',
      severity: 'error',
      from: { path: '^lib/' },
      to: { path: '^(?:test|examples|scripts|bench|dist)/' },
    },
    {
      name: 'examples-use-the-public-package',
      comment: "Import from '@facecls/torch', as a user does.",
      severity: 'error',
      from: { path: '^examples/' },
      to: { path: '^(?:lib|test|scripts|bench|native|build)/|^dist/(?!index\\.)' },
    },
    { name: 'everything-is-found', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: ['node_modules', '^dist/'] },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
}
