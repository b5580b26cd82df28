// Where bfloat16 is worth computing in.
#pragma once

#include <ATen/core/Tensor.h>

#include "specs.h"

namespace facecls {

/// Whether the device has instructions for bfloat16: a processor with AVX-512 BF16, a GPU of compute
/// capability 8.0 or later. Without them a processor computes in it some 400 times slower than in float32.
bool computes_in_bfloat16(const at::Device& device);

/// Throws PRECISION for one that the device has no instructions for.
void check_precision(Precision precision, const at::Device& device);

}  // namespace facecls
