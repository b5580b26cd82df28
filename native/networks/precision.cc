#include "networks/precision.h"

#include <ATen/Context.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/detail/CUDAHooksInterface.h>

#include "coded_error.h"

namespace facecls {

namespace {

/// oneDNN's own word, which heeds ONEDNN_MAX_CPU_ISA but is true for any AVX-512.
bool onednn_takes_bfloat16() {
  const auto found = c10::Dispatcher::singleton().findSchema({"mkldnn::_is_mkldnn_bf16_supported", ""});
  return found && found->typed<bool()>().call();
}

}  // namespace

bool computes_in_bfloat16(const at::Device& device) {
  if (device.is_cpu()) return __builtin_cpu_supports("avx512bf16") && onednn_takes_bfloat16();
  // cuDNN's own condition is a compute capability of 8.0, which is what LibTorch asks for here.
  return device.is_cuda() && at::hasCUDA() &&
         at::detail::getCUDAHooks().supportsBFloat16ConvolutionWithCuDNNv8();
}

void check_precision(Precision precision, const at::Device& device) {
  if (precision != Precision::bfloat16 || computes_in_bfloat16(device)) return;
  throw CodedError("PRECISION", std::string(device.is_cpu() ? "This processor" : "This GPU") +
                                    " has no bfloat16 instructions; use the precision 'float32'");
}

}  // namespace facecls
