#include "training/loss.h"

#include <ATen/core/Reduction.h>
#include <ATen/ops/cross_entropy_loss.h>
#include <ATen/ops/topk.h>

#include <algorithm>

namespace facecls {

at::Tensor cross_entropy(const at::Tensor& logits, const at::Tensor& labels, const LossSpec& loss,
                         Reduction reduction) {
  constexpr int64_t kNoLabelIsIgnored = -100;
  const auto kind = reduction == Reduction::mean ? at::Reduction::Mean : at::Reduction::Sum;
  return at::cross_entropy_loss(logits, labels, /*weight=*/{}, kind, kNoLabelIsIgnored, loss.label_smoothing);
}

int64_t count_correct(const at::Tensor& logits, const at::Tensor& labels, int64_t top) {
  const int64_t k = std::min(top, logits.size(1));
  const at::Tensor best = std::get<1>(at::topk(logits, k, /*dim=*/1));  // (N, k)
  return best.eq(labels.unsqueeze(1)).sum().item<int64_t>();
}

}  // namespace facecls
