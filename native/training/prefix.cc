#include "training/prefix.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/linalg_vector_norm.h>

#include <sstream>

namespace facecls {

namespace {

constexpr int64_t kCheckedPhotographs = 2;
constexpr double kFloat32Tolerance = 1e-4;  // relative; folding moves the last bits only
// bfloat16 has 8 bits: a rounding of 0.4 % in each of some hundred layers. A wrong fold is off by 1 or more.
constexpr double kBFloat16Tolerance = 0.1;

void never_cancelled() {}

/// The fixed nodes that other nodes, or the caller, read.
std::vector<NodeId> frontier(const Graph& graph, const std::vector<bool>& fixed) {
  std::vector<bool> is_read(fixed.size(), false);
  is_read[graph.output()] = true;
  for (NodeId id = 0; id < fixed.size(); ++id) {
    if (fixed[id]) continue;
    for (const NodeId input : graph.nodes()[id].inputs) is_read[input] = true;
  }
  std::vector<NodeId> result;
  for (NodeId id = 0; id < fixed.size(); ++id) {
    if (fixed[id] && is_read[id]) result.push_back(id);
  }
  return result;
}

/// ||one - other|| / ||other||; infinite where one of them is not finite.
double distance(const at::Tensor& one, const at::Tensor& other) {
  const at::Tensor reference = other.to(at::kFloat);
  const double norm = at::linalg_vector_norm(reference, 2).item<double>();
  const double difference = at::linalg_vector_norm(one.to(at::kFloat) - reference, 2).item<double>();
  const double relative = difference / std::max(norm, 1e-30);
  return std::isfinite(relative) ? relative : HUGE_VAL;
}

}  // namespace

FrozenPrefix::FrozenPrefix(const Model& model, const std::vector<bool>& fixed, int64_t image_size,
                           int64_t batch_size)
    : model_(model),
      image_size_(image_size),
      batch_size_(batch_size),
      outputs_(frontier(model.network().graph(), fixed)) {
  fold();
}

Prefix FrozenPrefix::kind() const {
  if (outputs_ == std::vector<NodeId>{0}) return Prefix::none;
  return folded_ ? Prefix::folded : Prefix::plain;
}

void FrozenPrefix::fold_weights() {
  folded_.reset();
  reason_.clear();
  const Network& network = model_.network();
  if (outputs_ == std::vector<NodeId>{0}) return;
  reason_ = FoldedNetwork::obstacle(network);
  if (!reason_.empty()) return;
  auto folded = std::make_unique<FoldedNetwork>(network, outputs_, network.compute_dtype(),
                                                std::vector{batch_size_}, image_size_);
  const at::Tensor x = model_.noise(kCheckedPhotographs, image_size_);
  const NodeValues values = folded->run(x, never_cancelled);
  const NodeValues plain = run_plain(x, never_cancelled);
  double worst = 0;
  for (const NodeId id : outputs_) worst = std::max(worst, distance(values.at(id), plain.at(id)));
  const bool narrow = network.compute_dtype() == at::kBFloat16;
  if (worst <= (narrow ? kBFloat16Tolerance : kFloat32Tolerance)) {
    folded_ = std::move(folded);
    return;
  }
  std::ostringstream reason;
  reason << "folded, its values ";
  if (std::isfinite(worst)) {
    reason << "differ from the plain network's by " << 100 * worst << " %";
  } else {
    reason << "are not finite";
  }
  reason_ = reason.str();
}

void FrozenPrefix::fold() {
  fold_weights();
  version_ = model_.version();  // last: what failed half way is tried again
}

NodeValues FrozenPrefix::run_plain(const at::Tensor& x, const std::function<void()>& checkpoint) const {
  const at::NoGradGuard no_gradient;
  return forward(model_.network(), {{0, x}}, outputs_, {{}, std::nullopt, checkpoint});
}

NodeValues FrozenPrefix::run(const at::Tensor& x, const std::function<void()>& checkpoint) {
  if (version_ != model_.version()) fold();
  return folded_ ? folded_->run(x, checkpoint) : run_plain(x, checkpoint);
}

}  // namespace facecls
