// Vectors of length 1: what cosines are made of.
#pragma once

#include <ATen/core/Tensor.h>

namespace facecls {

/// (N, F): each row divided by its L2 norm; a row of zeros stays one, and has no gradient that is not finite.
at::Tensor unit_length(const at::Tensor& rows);

}  // namespace facecls
