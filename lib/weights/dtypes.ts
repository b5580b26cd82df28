// The element types of tensors in files: our names (PyTorch's), the codes of safetensors, PyTorch's storage classes,
// the bytes of one element.

/** All little-endian. `bool` is one byte, 0 or 1. */
const DTYPES = {
  float64: { code: 'F64', storage: 'DoubleStorage', bytes: 8 },
  float32: { code: 'F32', storage: 'FloatStorage', bytes: 4 },
  float16: { code: 'F16', storage: 'HalfStorage', bytes: 2 },
  bfloat16: { code: 'BF16', storage: 'BFloat16Storage', bytes: 2 },
  int64: { code: 'I64', storage: 'LongStorage', bytes: 8 },
  int32: { code: 'I32', storage: 'IntStorage', bytes: 4 },
  int16: { code: 'I16', storage: 'ShortStorage', bytes: 2 },
  int8: { code: 'I8', storage: 'CharStorage', bytes: 1 },
  uint8: { code: 'U8', storage: 'ByteStorage', bytes: 1 },
  bool: { code: 'BOOL', storage: 'BoolStorage', bytes: 1 },
} as const

/** PyTorch's name of an element type, without "torch.". */
export type TensorDType = keyof typeof DTYPES

const BY_CODE = new Map<string, TensorDType>(
  Object.entries(DTYPES).map(([dtype, { code }]) => [code, dtype as TensorDType]),
)

const BY_STORAGE = new Map<string, TensorDType>(
  Object.entries(DTYPES).map(([dtype, { storage }]) => [storage, dtype as TensorDType]),
)

export const TENSOR_DTYPES = Object.keys(DTYPES) as TensorDType[]

/** The name for a code of safetensors, or undefined for one that this version does not know. */
export function dtypeOfCode(code: string): TensorDType | undefined {
  return BY_CODE.get(code)
}

/** The name for a storage class of PyTorch such as 'FloatStorage', or undefined for one that this version does not know. */
export function dtypeOfStorage(name: string): TensorDType | undefined {
  return BY_STORAGE.get(name)
}

export function codeOfDtype(dtype: TensorDType): string {
  return DTYPES[dtype].code
}

export function bytesOfElement(dtype: TensorDType): number {
  return DTYPES[dtype].bytes
}

/** The bytes of a tensor, or null where the product is no safe integer at some point on the way. */
export function bytesOfTensor(dtype: TensorDType, shape: readonly number[]): number | null {
  let bytes = bytesOfElement(dtype)
  for (const size of shape) {
    bytes *= size
    if (!Number.isSafeInteger(bytes)) return null
  }
  return bytes
}
