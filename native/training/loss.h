// Cross-entropy and the counts that are read beside it.
#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

#include "specs.h"

namespace facecls {

/// -log softmax(logits) at the labels, label smoothing and class weights included, (N).
/// logits (N, C), labels (N) int64; computed in float32 where the logits are bfloat16. Without any margin.
at::Tensor cross_entropy(const at::Tensor& logits, const at::Tensor& labels, const LossSpec& loss);

/// Its sum over the samples.
at::Tensor cross_entropy_sum(const at::Tensor& logits, const at::Tensor& labels, const LossSpec& loss);

/// The same as a training takes it: with the loss's margin, if it has one, taken from the cosine of each
/// label. `cosine_scale` is that of the head, by which the logits are cosines.
at::Tensor training_loss_sum(const at::Tensor& logits, const at::Tensor& labels, const LossSpec& loss,
                             double cosine_scale);

/// Sum of the samples' class weights, by which a mean divides; their number where all are 1.
double total_weight(const std::vector<int64_t>& labels, const LossSpec& loss);

/// Samples whose label has the highest logit. Reads the result back: a synchronisation on a GPU.
int64_t count_correct(const at::Tensor& logits, const at::Tensor& labels);

}  // namespace facecls
