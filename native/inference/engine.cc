#include "inference/engine.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/zeros.h>

#include <algorithm>
#include <cmath>
#include <sstream>

#include "networks/unit_length.h"

namespace facecls {

namespace {

// oneDNN makes a kernel for every size of batch, so there are few sizes. Larger ones gain no speed.
const std::vector<int64_t> kBatches{1, 2, 4, 8, 16, 32, 64};

constexpr int64_t kChecked = 2;  // photographs of noise
// Embeddings have unit length.
constexpr double kFloat32Tolerance = 1e-5;  // of each number: folding moves the last bits only
constexpr double kBFloat16Cosine = 0.998;

NodeId pool_of(const Graph& graph) {
  NodeId id = 0;
  while (!std::holds_alternative<GlobalAveragePool>(graph.nodes()[id].operation)) ++id;
  return id;
}

at::Tensor padded(const at::Tensor& x, int64_t batch) {
  if (x.size(0) == batch) return x;
  std::vector<int64_t> rest = x.sizes().vec();
  rest[0] = batch - x.size(0);
  return at::cat({x, at::zeros(rest, x.options())}).contiguous(at::MemoryFormat::ChannelsLast);
}

}  // namespace

std::vector<int64_t> batches_of(int64_t n) {
  std::vector<int64_t> batches;
  while (n > 0) {
    const auto larger = std::lower_bound(kBatches.begin(), kBatches.end(), n);
    // An eighth of a batch may be empty: two or three small batches take longer than that.
    const bool fits = larger != kBatches.end() && 8 * (*larger - n) <= *larger;
    batches.push_back(fits ? *larger : *(larger - 1));
    n -= batches.back();
  }
  return batches;
}

Engine::Engine(const Model& model, at::ScalarType type, int64_t size)
    : model_(model),
      type_(type),
      size_(size),
      pool_(pool_of(model.network().graph())),
      trunk_(model.network(), {pool_}, type, kBatches, size),
      noise_(model.noise(kChecked, size)) {
  const at::NoGradGuard no_gradient;
  reference_ = embedding(forward(model.network(), {{0, noise_}}, {pool_}, {}).at(pool_));
}

std::string Engine::warm_up(int64_t max_batch, const std::function<void()>& checkpoint) {
  for (const int64_t batch : kBatches) {
    if (batch > 1 && batch / 2 >= max_batch) break;
    if (const std::string& reason = checked(batch, checkpoint); !reason.empty()) return reason;
  }
  return "";
}

bool Engine::covers(at::IntArrayRef sizes, const std::vector<NodeId>& wanted) const {
  return sizes[2] == size_ && sizes[3] == size_ &&
         std::all_of(wanted.begin(), wanted.end(), [this](NodeId id) { return id >= pool_; });
}

NodeValues Engine::run(const at::Tensor& x, const std::vector<NodeId>& wanted,
                       const std::function<void()>& checkpoint) {
  const at::NoGradGuard no_gradient;
  std::vector<at::Tensor> parts;
  int64_t first = 0;
  for (const int64_t batch : batches_of(x.size(0))) {
    const int64_t count = std::min(batch, x.size(0) - first);
    const at::Tensor part = x.narrow(0, first, count);
    const bool fits = checked(batch, checkpoint).empty();
    parts.push_back(
        fits ? folded(padded(part, batch), checkpoint).narrow(0, 0, count)
             : forward(model_.network(), {{0, part}}, {pool_}, {{}, std::nullopt, checkpoint}).at(pool_));
    first += count;
  }
  return forward(model_.network(), {{pool_, parts.size() == 1 ? parts[0] : at::cat(parts)}}, wanted,
                 {{}, std::nullopt, checkpoint});
}

at::Tensor Engine::folded(const at::Tensor& x, const std::function<void()>& checkpoint) const {
  const at::Tensor input =
      x.to(type_, /*non_blocking=*/false, /*copy=*/false, at::MemoryFormat::ChannelsLast);
  return trunk_.run(input, checkpoint).at(pool_).to(model_.network().compute_dtype());
}

at::Tensor Engine::embedding(const at::Tensor& pooled) const {
  const NodeId id = model_.network().graph().embedding;
  return unit_length(forward(model_.network(), {{pool_, pooled}}, {id}, {}).at(id).to(at::kFloat));
}

const std::string& Engine::checked(int64_t batch, const std::function<void()>& checkpoint) {
  const auto found = checks_.find(batch);
  if (found != checks_.end()) return found->second;
  return checks_[batch] = difference(batch, checkpoint);
}

std::string Engine::difference(int64_t batch, const std::function<void()>& checkpoint) const {
  const at::NoGradGuard no_gradient;
  const at::Tensor rows = at::arange(batch, at::kLong).remainder(kChecked);
  const at::Tensor x = noise_.index_select(0, rows).contiguous(at::MemoryFormat::ChannelsLast);
  const at::Tensor expected = reference_.index_select(0, rows);
  const at::Tensor found = embedding(folded(x, checkpoint));
  const bool narrow = type_ == at::kBFloat16;
  const double measure = narrow ? (found * expected).sum(1).min().item<double>()
                                : (found - expected).abs().max().item<double>();
  if (narrow ? measure >= kBFloat16Cosine : measure <= kFloat32Tolerance) return "";
  std::ostringstream reason;
  if (!std::isfinite(measure)) {
    reason << "folded, its values are not finite";
  } else if (narrow) {
    reason << "in bfloat16 an embedding's cosine with the plain network's is " << measure;
  } else {
    reason << "folded, an embedding differs from the plain network's by " << measure;
  }
  reason << " in a batch of " << batch;
  return reason.str();
}

}  // namespace facecls
