// The data room: photographs in folders and tables in; datasets, pixels and the ranges of their variation out.

export {
  Augmentation,
  type CropOptions,
  type ErasingOptions,
  type MixingOptions,
  type RotationOptions,
} from './augmentation.js'
export { type CsvTable, type Delimiter, readCsv } from './csv.js'
export { FaceDataset, type Fold, type InspectOptions } from './dataset.js'
export type {
  FileListOptions,
  ListOptions,
  Sample,
  SplitOptions,
  TableOptions,
} from './dataset-options.js'
export { type DecodedImage, type DecodeOptions, decodeImage, isUnreadable } from './decode.js'
export {
  checkGroups,
  type GroupedPhotograph,
  type Grouping,
  type GroupOf,
  type Groups,
  type GroupTable,
  readGroups,
} from './group-csv.js'
export type {
  DuplicateGroup,
  Finding,
  FindingKind,
  FindingSeverity,
  FoundIdentity,
  FoundPhotograph,
} from './inspect/finding.js'
export type { IdentityCounts } from './inspect/identity-findings.js'
export type { InspectSettings } from './inspect/options.js'
export { DatasetReport } from './inspect/report.js'
export { grouped, percent, shortName } from './inspect/shown.js'
export type { SizeSpread, Spread } from './inspect/spread.js'
export {
  type ColumnNames,
  type LabelledFile,
  readLabels,
  readTemplate,
  type SubmissionTemplate,
} from './label-csv.js'
export type { ListedFile } from './listed-files.js'
export { MersenneTwister, randomPermutation } from './mersenne-twister.js'
export { byCodePoint } from './order.js'
export { PhotographIds } from './photograph-ids.js'
export { decodePipeline, isPipeline, type SharpPipeline } from './pipeline.js'
export {
  CACHE_KINDS,
  type CacheKind,
  type CacheOptions,
  type CacheSettings,
  cacheSettings,
  DEFAULT_CACHE,
} from './pixels/cache.js'
export { type OpenedPhotographs, openPhotographs, type PixelOptions } from './pixels/open.js'
export { type CachedPack, type CacheFolderOptions, clearPacks, listPacks } from './pixels/pack-cache.js'
export type { BatchOrder, LabelledBatch, PhotographSource, SkippedPhotograph } from './pixels/source.js'
export { refuseUnreadable } from './pixels/unreadable.js'
export type { PreviewOptions, PreviewPhotographs } from './preview.js'
export { checkRawPixels, decodeRaw, type RawPixels } from './raw-pixels.js'
export { randomSplit } from './split.js'
export { thumbnails } from './thumbnails.js'
export type { WrittenSheet } from './written-sheet.js'
