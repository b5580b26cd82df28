// LibTorch on this machine: where it is, of which version, whether it is whole, and how it gets there.

export { damageOf } from './damage.js'
export { DRIVER_OF_SETUP, isAtLeast, nvidiaDriver, oldestDriver } from './driver.js'
export { type ProvideOptions, provideLibTorch } from './fetch/provide.js'
export { findProgram, runProgram } from './fetch/run-program.js'
export {
  cachedLibTorchs,
  findLibTorch,
  type LibTorch,
  librariesOf,
  libtorchCache,
  libtorchIn,
  packagedLibTorch,
} from './find.js'
export { libtorchForProcessor } from './for-processor.js'
export { PLATFORM_PACKAGE, platformPackageFolder } from './platform-package.js'
export { forgetTrials, rememberedTrial, rememberTrial, type Trial } from './trials.js'
export { minorOf, supportedVersion, type Variant } from './version.js'
