#include "networks/unit_length.h"

#include <ATen/ops/linalg_vector_norm.h>

namespace facecls {

at::Tensor unit_length(const at::Tensor& rows) {
  // F.normalize's guard against a zero vector.
  const at::Tensor norm = at::linalg_vector_norm(rows, 2, {1}, /*keepdim=*/true).clamp_min(1e-12);
  return rows / norm;
}

}  // namespace facecls
