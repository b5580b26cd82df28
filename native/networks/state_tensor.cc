#include "networks/state_tensor.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/from_blob.h>

#include "coded_error.h"

namespace facecls {

namespace {

std::string dtype_name(at::ScalarType type) {
  if (type == at::kLong) return "int64";
  return type == at::kDouble ? "float64" : "float32";
}

at::ScalarType type_named(const std::string& name) {
  if (name == "int64") return at::kLong;
  return name == "float64" ? at::kDouble : at::kFloat;
}

}  // namespace

StateTensor copy_out(const std::string& name, const at::Tensor& tensor) {
  const at::Tensor values = tensor.detach().cpu().contiguous();
  const auto* bytes = static_cast<const uint8_t*>(values.const_data_ptr());
  return {name, values.sizes().vec(), dtype_name(values.scalar_type()),
          std::vector<uint8_t>(bytes, bytes + values.nbytes())};
}

void check_fits(const StateTensor& given, const at::Tensor& own) {
  if (own.sizes() != given.shape)
    throw CodedError("NETWORK", "The tensor " + given.name + " has another shape in the network");
  if (given.data.size() != own.numel() * at::elementSize(type_named(given.dtype))) {
    throw CodedError("NETWORK",
                     "The tensor " + given.name + " has another number of bytes than its shape says");
  }
}

void copy_in(const StateTensor& given, at::Tensor own) {
  const at::NoGradGuard no_gradient;
  // from_blob reads only: the copy is the single use of this view.
  auto* bytes = const_cast<uint8_t*>(given.data.data());
  own.copy_(at::from_blob(bytes, given.shape, at::TensorOptions(type_named(given.dtype))));
}

}  // namespace facecls
