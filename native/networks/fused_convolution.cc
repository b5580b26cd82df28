#include "networks/fused_convolution.h"

#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/ops/equal.h>

#include <sstream>
#include <string_view>

#include "coded_error.h"

namespace facecls {

namespace {

using Scalars = c10::List<std::optional<at::Scalar>>;
using Sizes = at::IntArrayRef;

using Pack = at::Tensor(const at::Tensor& weight, Sizes padding, Sizes stride, Sizes dilation, int64_t groups,
                        at::OptionalIntArrayRef input_size);
using Layout = at::Tensor(const at::Tensor& packed);
using Unary = at::Tensor(const at::Tensor& x, const at::Tensor& weight, const std::optional<at::Tensor>& bias,
                         Sizes padding, Sizes stride, Sizes dilation, int64_t groups,
                         std::string_view attribute, Scalars scalars,
                         std::optional<std::string_view> algorithm);
using Binary = at::Tensor(const at::Tensor& x, const at::Tensor& other, const at::Tensor& weight,
                          const std::optional<at::Tensor>& bias, Sizes padding, Sizes stride, Sizes dilation,
                          int64_t groups, std::string_view binary, std::optional<at::Scalar> alpha,
                          std::optional<std::string_view> unary, Scalars scalars,
                          std::optional<std::string_view> algorithm);

struct Signature {
  c10::OperatorName name;
  const char* schema;
};

const Signature kPack{{"mkldnn::_reorder_convolution_weight", ""},
                      "mkldnn::_reorder_convolution_weight(Tensor self, int[2] padding=0, int[2] stride=1, "
                      "int[2] dilation=1, int groups=1, int[]? input_size=None) -> Tensor Y"};
const Signature kLayout{{"mkldnn::_get_mkldnn_serialized_md", ""},
                        "mkldnn::_get_mkldnn_serialized_md(Tensor mkldnn_tensor) -> Tensor"};
const Signature kUnary{{"mkldnn::_convolution_pointwise", ""},
                       "mkldnn::_convolution_pointwise(Tensor X, Tensor W, Tensor? B, int[] padding, int[] "
                       "stride, int[] dilation, int groups, str attr, Scalar?[] scalars, str? algorithm) -> "
                       "Tensor Y"};
const Signature kBinary{{"mkldnn::_convolution_pointwise", "binary"},
                        "mkldnn::_convolution_pointwise.binary(Tensor X, Tensor other, Tensor W, Tensor? B, "
                        "int[] padding, int[] stride, int[] dilation, int groups, str binary_attr, Scalar? "
                        "alpha, str? unary_attr, Scalar?[] unary_scalars, str? unary_algorithm) -> Tensor Y"};

bool is_there(const Signature& signature) {
  const auto found = c10::Dispatcher::singleton().findSchema(signature.name);
  if (!found) return false;
  std::ostringstream schema;
  schema << found->schema();
  return schema.str() == signature.schema;
}

template <typename Function>
c10::TypedOperatorHandle<Function> operation(const Signature& signature) {
  return c10::Dispatcher::singleton()
      .findSchemaOrThrow(signature.name.name.c_str(), signature.name.overload_name.c_str())
      .typed<Function>();
}

constexpr int64_t kNoDilation[] = {1, 1};

Scalars scalars_of(FusedActivation activation) {
  Scalars scalars;
  if (activation == FusedActivation::relu6) {
    scalars.push_back(at::Scalar(0));
    scalars.push_back(at::Scalar(6));
  }
  return scalars;
}

std::string_view name_of(FusedActivation activation) {
  if (activation == FusedActivation::relu6) return "hardtanh";
  return activation == FusedActivation::relu ? "relu" : "none";
}

}  // namespace

bool has_fused_convolutions() {
  static const bool there = is_there(kPack) && is_there(kLayout) && is_there(kUnary) && is_there(kBinary);
  return there;
}

FusedConvolution::FusedConvolution(const Conv2d& conv, const at::Tensor& bias, FusedActivation activation)
    : conv_(conv), bias_(bias), activation_(activation) {}

void FusedConvolution::pack(const at::Tensor& weight, at::IntArrayRef input_sizes) {
  static const auto pack = operation<Pack>(kPack);
  static const auto layout = operation<Layout>(kLayout);
  at::Tensor packed = pack.call(weight, conv_.padding, conv_.stride, kNoDilation, conv_.groups, input_sizes);
  const at::Tensor own = layout.call(packed);
  for (const auto& [batch, other] : packs_) {
    if (at::equal(layout.call(other), own)) packed = other;
  }
  packs_[input_sizes[0]] = packed;
}

const at::Tensor& FusedConvolution::packed_for(int64_t batch) const {
  const auto found = packs_.lower_bound(batch);
  return found == packs_.end() ? packs_.rbegin()->second : found->second;
}

at::Tensor FusedConvolution::run(const at::Tensor& x, const std::optional<at::Tensor>& other) const {
  static const auto unary = operation<Unary>(kUnary);
  static const auto binary = operation<Binary>(kBinary);
  const at::Tensor& weight = packed_for(x.size(0));
  if (!other) {
    return unary.call(x, weight, bias_, conv_.padding, conv_.stride, kNoDilation, conv_.groups,
                      name_of(activation_), scalars_of(activation_), std::nullopt);
  }
  if (activation_ == FusedActivation::relu6)
    throw CodedError("NATIVE", "oneDNN adds before no activation but ReLU");
  const std::optional<std::string_view> after =
      activation_ == FusedActivation::relu ? std::optional<std::string_view>("relu") : std::nullopt;
  return binary.call(x, *other, weight, bias_, conv_.padding, conv_.stride, kNoDilation, conv_.groups, "add",
                     std::nullopt, after, Scalars(), std::nullopt);
}

}  // namespace facecls
