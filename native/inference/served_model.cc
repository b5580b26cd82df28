#include "inference/served_model.h"

#include <ATen/core/grad_mode.h>

#include "networks/precision.h"

namespace facecls {

EngineResult ServedModel::optimize(const EngineSpec& spec, const std::function<void()>& checkpoint) {
  check_precision(spec.precision, model_.network().device());
  engine_.reset();
  const Precision own = model_.network().compute_dtype() == at::kBFloat16 ? Precision::bfloat16
                        : model_.network().dtype() == at::kDouble         ? Precision::float64
                                                                          : Precision::float32;
  std::string reason = FoldedNetwork::obstacle(model_.network());
  if (!reason.empty()) return {false, own, reason};
  if (spec.precision == Precision::bfloat16) {
    reason = make_engine(spec, at::kBFloat16, checkpoint);
    if (reason.empty()) return {true, Precision::bfloat16, ""};
  }
  const std::string narrow = reason;
  reason = make_engine(spec, at::kFloat, checkpoint);
  if (reason.empty()) return {true, Precision::float32, narrow};
  return {false, own, narrow.empty() ? reason : narrow + "; " + reason};
}

std::string ServedModel::make_engine(const EngineSpec& spec, at::ScalarType type,
                                     const std::function<void()>& checkpoint) {
  try {
    auto engine = std::make_unique<Engine>(model_, type, spec.image_size);
    std::string reason = engine->warm_up(spec.max_batch, checkpoint);
    if (!reason.empty()) return reason;
    engine_ = std::move(engine);
    version_ = model_.version();
    return "";
  } catch (const c10::Error& error) {
    return std::string("it cannot be folded: ") + error.what_without_backtrace();
  }
}

NodeValues ServedModel::run(const at::Tensor& x, const std::vector<NodeId>& wanted,
                            const std::function<void()>& checkpoint) {
  if (engine_ && version_ != model_.version()) engine_.reset();
  const at::NoGradGuard no_gradient;
  NodeValues values = engine_ && engine_->covers(x.sizes(), wanted)
                          ? engine_->run(x, wanted, checkpoint)
                          : forward(model_.network(), {{0, x}}, wanted, {{}, std::nullopt, checkpoint});
  for (auto& [id, value] : values) {
    if (value.scalar_type() == at::kBFloat16) value = value.to(at::kFloat);
  }
  return values;
}

}  // namespace facecls
