// What the addon tells of a network: its layers, tensors and operations.

/** Of parameters, buffers and outputs. */
export type DType = 'float32' | 'float64'

/** A module with parameters of its own, in the order of PyTorch's named_modules(). */
export interface LayerDescription {
  name: string // 'repeat_3.4.branch1.0.bn'
  operation: 'conv2d' | 'batch_norm' | 'linear' | 'cosine_linear'
  part: 'trunk' | 'head'
  parameters: string[] // 'repeat_3.4.branch1.0.bn.weight', ...
}

/** A parameter or buffer, in the order of PyTorch's state_dict. */
export interface TensorDescription {
  name: string
  shape: number[]
  dtype: DType | 'int64' // int64: num_batches_tracked
  parameter: boolean
}

export interface NetworkDescription {
  layers: LayerDescription[]
  tensors: TensorDescription[]
  minimumInputSize: number // pixels a side
}

/** One operation of a network, for one photograph. */
export interface OperationSummary {
  name: string // the module's path, as in LayerDescription
  operation: OperationName
  part: 'trunk' | 'head'
  outputShape: number[] // [channels, height, width], or [features] behind the pooling
  parameters: number
  multiplyAdds: number // of convolutions and linear layers
}

/** What one operation of a network does. */
export type OperationName =
  | LayerDescription['operation']
  | 'input'
  | 'relu'
  | 'relu6'
  | 'leaky_relu'
  | 'max_pool2d'
  | 'global_average_pool'
  | 'concatenate'
  | 'add'
  | 'dropout'
