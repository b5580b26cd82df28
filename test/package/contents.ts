// What is in the package's tarball, and what is not.

/** The size that npm and its users are promised, in bytes. */
const LARGEST = 10e6

/** A part of it by name: what each use of the package begins with. */
export const NEEDED: readonly string[] = [
  'package.json',
  'README.md',
  'LICENSE',
  'dist/index.js',
  'dist/index.d.ts',
  'dist/cli/main.js',
  'prebuilds/linux-x64/@facecls+torch.glibc.node',
  'prebuilds/linux-x64/libfacecls_core.so',
  // What `facecls-torch build` runs and compiles.
  'CMakeLists.txt',
  'native/border/core.cc',
  'native/loader/loader.cc',
  'scripts/build-native.mjs',
  'scripts/bootstrap/libtorch.mjs',
  'scripts/bootstrap/native.mjs',
  'scripts/bootstrap/run.mjs',
  'scripts/bootstrap/stamp.mjs',
  'scripts/bootstrap/terminal.mjs',
]

/** pnpm and Yarn run node-gyp where they see a binding.gyp. The rest is of no use to who has only installed it. */
const UNWANTED =
  /(?:^|\/)binding\.gyp$|^(?:test|bench|examples|build|lib|node_modules|\.cmake|scripts\/libtorch-package)\/|\.map$|tsbuildinfo$|\.tgz$/

/**
 * @param paths of the files in the tarball
 * @param size of the tarball in bytes
 */
export function contentProblems(paths: readonly string[], size: number): string[] {
  const there = new Set(paths)
  return [
    ...NEEDED.filter((path) => !there.has(path)).map((path) => `${path} is missing`),
    ...paths.filter((path) => UNWANTED.test(path)).map((path) => `${path} is in it`),
    ...(size < LARGEST ? [] : [`it has ${size} of less than ${LARGEST} bytes`]),
  ]
}
