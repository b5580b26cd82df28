// Cross-entropy and the counts that are read beside it.
#pragma once

#include <ATen/core/Tensor.h>

#include "specs.h"

namespace facecls {

enum class Reduction { mean, sum };

/// logits (N, C), labels (N) int64 -> scalar, label smoothing included.
at::Tensor cross_entropy(const at::Tensor& logits, const at::Tensor& labels, const LossSpec& loss,
                         Reduction reduction);

/// Samples whose label is among the `top` highest logits. Reads the result back: a synchronisation on a GPU.
int64_t count_correct(const at::Tensor& logits, const at::Tensor& labels, int64_t top);

}  // namespace facecls
