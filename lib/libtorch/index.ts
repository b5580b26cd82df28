// LibTorch on this machine: where it is and of which version.

export { findLibTorch, type LibTorch, librariesOf } from './find.js'
export { minorOf } from './version.js'
