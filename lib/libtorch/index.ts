// LibTorch on this machine: where it is, of which version, whether it is whole, and how it gets there.

export { damageOf } from './damage.js'
export { type ProvideOptions, provideLibTorch } from './fetch/provide.js'
export { findProgram, runProgram } from './fetch/run-program.js'
export {
  cachedLibTorchs,
  findLibTorch,
  type LibTorch,
  librariesOf,
  libtorchCache,
  packagedLibTorch,
} from './find.js'
export { PLATFORM_PACKAGE, platformPackageFolder } from './platform-package.js'
export { minorOf, supportedVersion, type Variant } from './version.js'
