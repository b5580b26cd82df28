#include "training/loss.h"

#include <ATen/core/Reduction.h>
#include <ATen/ops/cross_entropy_loss.h>
#include <ATen/ops/tensor.h>

#include "training/margin.h"

namespace facecls {

namespace {

at::Tensor cross_entropy(const at::Tensor& logits, const at::Tensor& labels, const LossSpec& loss,
                         at::Reduction::Reduction reduction) {
  constexpr int64_t kNoLabelIsIgnored = -100;
  const at::Tensor wide = logits.scalar_type() == at::kBFloat16 ? logits.to(at::kFloat) : logits;
  std::optional<at::Tensor> weights;
  if (!loss.class_weights.empty()) weights = at::tensor(loss.class_weights, wide.options());
  return at::cross_entropy_loss(wide, labels, weights, reduction, kNoLabelIsIgnored, loss.label_smoothing);
}

}  // namespace

at::Tensor cross_entropy(const at::Tensor& logits, const at::Tensor& labels, const LossSpec& loss) {
  return cross_entropy(logits, labels, loss, at::Reduction::None);
}

at::Tensor cross_entropy_sum(const at::Tensor& logits, const at::Tensor& labels, const LossSpec& loss) {
  return cross_entropy(logits, labels, loss, at::Reduction::Sum);
}

at::Tensor training_loss_sum(const at::Tensor& logits, const at::Tensor& labels, const LossSpec& loss,
                             double cosine_scale) {
  if (!loss.margin) return cross_entropy_sum(logits, labels, loss);
  return cross_entropy_sum(with_margin(logits, labels, *loss.margin, cosine_scale), labels, loss);
}

double total_weight(const std::vector<int64_t>& labels, const LossSpec& loss) {
  if (loss.class_weights.empty()) return static_cast<double>(labels.size());
  double sum = 0;
  for (const int64_t label : labels) sum += loss.class_weights[label];
  return sum;
}

int64_t count_correct(const at::Tensor& logits, const at::Tensor& labels) {
  return logits.argmax(/*dim=*/1).eq(labels).sum().item<int64_t>();
}

}  // namespace facecls
