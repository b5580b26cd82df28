// Mixup and CutMix: the samples of a batch are mixed with their neighbours, and their targets with them.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>

#include "images/image.h"
#include "specs.h"

namespace facecls {

struct MixingRange {
  double alpha;  // lambda is from Beta(alpha, alpha)
  double probability;
};

/// What AugmentationSpec of lib/native/addon.ts says of whole batches. Where both are given, each batch takes
/// one of them by even chance.
struct MixingRanges {
  std::optional<MixingRange> mixup, cutmix;
};

/// MixingDraw of lib/native/addon.ts.
struct MixingDraw {
  double lambda;           // share of each sample that stays its own
  std::optional<Box> box;  // CutMix: the pixels of the neighbour, possibly none; without it: mixup
};

/// The draw of one batch of photographs of height x width pixels, with the distributions of torchvision's
/// MixUp and CutMix; nothing where the batch stays as it is. `batch` is its number within the update.
std::optional<MixingDraw> draw_mixing(const MixingRanges& ranges, uint64_t seed, uint64_t step,
                                      uint64_t batch, int64_t height, int64_t width);

/// Photographs and labels as one update sees them.
struct MixedBatch {
  at::Tensor x;           // (N, 3, height, width)
  at::Tensor labels;      // (N)
  at::Tensor neighbours;  // (N), labels too
  double lambda;          // of the labels; the rest is of the neighbours'

  /// Sum over the samples: their targets are as mixed as their pixels. A margin is taken from each of the two
  /// labels in the loss of that label alone, as if it were the only one. `cosine_scale`: of
  /// training_loss_sum().
  at::Tensor loss_sum(const at::Tensor& logits, const LossSpec& loss, double cosine_scale) const;

  /// (N): of each sample the label with the larger share.
  const at::Tensor& main_labels() const { return lambda >= 0.5 ? labels : neighbours; }
};

/// Mixes each sample with the one before it, the first with the last; a single sample stays as it is. Takes
/// `x`, whose memory it may change.
MixedBatch mix(at::Tensor x, const at::Tensor& labels, const std::optional<MixingDraw>& draw);

}  // namespace facecls
