// What is asked of a model in eval mode: batch norms on stored statistics, no dropout, no gradient.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "inference/served_model.h"

namespace facecls {

struct Output {
  std::string name;
  at::Tensor tensor;  // row-major, on the CPU
};

/// 'logits' (N, C), 'probabilities' (N, C), 'embedding' (N, F) of unit length, or the outputs of named
/// modules.
std::vector<Output> predict(ServedModel& served, const Batch& batch, const std::vector<std::string>& outputs,
                            const std::function<void()>& checkpoint);

/// The same of each photograph and its mirror image together: the mean of both 'probabilities', their
/// logarithms as 'logits', the mean of both embeddings at unit length. Throws NETWORK for a module, whose
/// outputs may know left from right.
std::vector<Output> predict_both(ServedModel& served, const Batch& batch,
                                 const std::vector<std::string>& outputs,
                                 const std::function<void()>& checkpoint);

/// Each sample's loss, rank and probabilities, computed in float64 from the logits: N x C of them are in
/// memory.
EvaluateResult evaluate(ServedModel& served, const Batch& batch, const std::vector<int64_t>& labels,
                        const LossSpec& loss, bool flip, const std::function<void()>& checkpoint);

}  // namespace facecls
