// Tensors as they travel: to bytes and back.
#pragma once

#include <ATen/core/Tensor.h>

#include <string>

#include "specs.h"

namespace facecls {

/// A row-major copy of the values.
StateTensor copy_out(const std::string& name, const at::Tensor& tensor);

/// Throws NETWORK where the shape is another, or the bytes are not those of the shape.
void check_fits(const StateTensor& given, const at::Tensor& own);

/// Replaces the values in place. What was given must fit.
void copy_in(const StateTensor& given, at::Tensor own);

}  // namespace facecls
