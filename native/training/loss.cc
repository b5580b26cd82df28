#include "training/loss.h"

#include <ATen/core/Reduction.h>
#include <ATen/ops/cross_entropy_loss.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/topk.h>

#include <algorithm>

#include "training/margin.h"

namespace facecls {

at::Tensor cross_entropy_sum(const at::Tensor& logits, const at::Tensor& labels, const LossSpec& loss) {
  constexpr int64_t kNoLabelIsIgnored = -100;
  const at::Tensor wide = logits.scalar_type() == at::kBFloat16 ? logits.to(at::kFloat) : logits;
  std::optional<at::Tensor> weights;
  if (!loss.class_weights.empty()) weights = at::tensor(loss.class_weights, wide.options());
  return at::cross_entropy_loss(wide, labels, weights, at::Reduction::Sum, kNoLabelIsIgnored,
                                loss.label_smoothing);
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

int64_t count_correct(const at::Tensor& logits, const at::Tensor& labels, int64_t top) {
  const int64_t k = std::min(top, logits.size(1));
  const at::Tensor best = std::get<1>(at::topk(logits, k, /*dim=*/1));  // (N, k)
  return best.eq(labels.unsqueeze(1)).sum().item<int64_t>();
}

}  // namespace facecls
