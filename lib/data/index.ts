// The data room: photographs in folders and tables in; datasets, pixels and the ranges of their variation out.

export {
  Augmentation,
  type CropOptions,
  type ErasingOptions,
  type MixingOptions,
  type RotationOptions,
} from './augmentation.js'
export { type CsvTable, type Delimiter, readCsv } from './csv.js'
export { FaceDataset, type Fold } from './dataset.js'
export type {
  FileListOptions,
  ListOptions,
  Sample,
  SplitOptions,
  TableOptions,
} from './dataset-options.js'
export { type DecodedImage, type DecodeOptions, decodeImage } from './decode.js'
export {
  type ColumnNames,
  type LabelledFile,
  readLabels,
  readTemplate,
  type SubmissionTemplate,
} from './label-csv.js'
export type { ListedFile } from './listed-files.js'
export { byCodePoint } from './order.js'
export {
  PackedDataset,
  type PackOptions,
  packDataset,
  refuseUnreadable,
  type SkippedPhotograph,
} from './pack.js'
export { PhotographIds } from './photograph-ids.js'
export { randomSplit } from './split.js'
