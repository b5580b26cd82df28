#include "training/trainer.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/core/grad_mode.h>

#include <cmath>
#include <unordered_map>

#include "coded_error.h"
#include "images/random.h"
#include "networks/eager.h"
#include "training/loss.h"

namespace facecls {

namespace {

/// The state of the dropout masks at one step, whatever ran before it.
at::Generator dropout_generator(uint64_t seed, uint64_t step) {
  constexpr uint64_t kDropoutStream = 0x64726f70;
  return at::detail::createCPUGenerator(mix_seed(seed, kDropoutStream, step));
}

CodedError not_finite(const char* what, double value, uint64_t step) {
  return CodedError("NOT_FINITE", "The " + std::string(what) + " became " +
                                      (std::isnan(value) ? "NaN" : "infinite") + " at step " +
                                      std::to_string(step + 1) +
                                      "; a lower learning rate usually mends that");
}

/// By node: the group that its parameters learn in, or none.
std::vector<std::optional<size_t>> groups_of(const Network& network, const StageSpec& stage) {
  std::unordered_map<std::string, size_t> wanted;
  for (size_t group = 0; group < stage.groups.size(); ++group) {
    for (const std::string& layer : stage.groups[group].layers) {
      if (!wanted.emplace(layer, group).second)
        throw CodedError("NETWORK", "The layer " + layer + " stands twice in a stage");
    }
  }
  const std::vector<Node>& nodes = network.graph().nodes();
  std::vector<std::optional<size_t>> result(nodes.size());
  for (NodeId id = 0; id < nodes.size(); ++id) {
    const auto found = wanted.find(nodes[id].name);
    if (found == wanted.end() || network.parameters(id).empty()) continue;
    result[id] = found->second;
    wanted.erase(found);
  }
  if (!wanted.empty()) throw CodedError("NETWORK", "The network has no layer named " + wanted.begin()->first);
  return result;
}

/// By node: whether its output depends on the photographs alone, in this stage.
std::vector<bool> fixed_nodes(const Graph& graph, const std::vector<std::optional<size_t>>& groups,
                              const std::vector<bool>& batch_statistics) {
  std::vector<bool> fixed(graph.nodes().size());
  for (NodeId id = 0; id < fixed.size(); ++id) {
    const Node& node = graph.nodes()[id];
    fixed[id] = !groups[id] && !batch_statistics[id] && !std::holds_alternative<Dropout>(node.operation);
    for (const NodeId input : node.inputs) fixed[id] = fixed[id] && fixed[input];
  }
  return fixed;
}

}  // namespace

Trainer::Trainer(std::shared_ptr<Model> model, const OptimizerSpec& optimizer, const LossSpec& loss,
                 std::optional<AugmentationRanges> augmentation, const MixingRanges& mixing,
                 std::optional<double> clip_norm, std::optional<double> average_decay, uint64_t seed)
    : model_(std::move(model)),
      optimizer_(make_optimizer(optimizer)),
      loss_(loss),
      augmentation_(std::move(augmentation)),
      mixing_(mixing),
      clip_norm_(clip_norm),
      seed_(seed) {
  model_->check_loss(loss_);
  if (average_decay) average_.emplace(model_->network(), *average_decay);
  freeze_all();
}

Trainer::~Trainer() { freeze_all(); }

void Trainer::freeze_all() {
  for (const Optimizer::Group& group : learning_) {
    for (const at::Tensor& parameter : group.parameters) {
      at::Tensor(parameter).mutable_grad().reset();
      parameter.set_requires_grad(false);
    }
  }
  learning_.clear();
}

StageResult Trainer::set_stage(const StageSpec& stage) {
  const Network& network = model_->network();
  const std::vector<Node>& nodes = network.graph().nodes();
  const auto groups = groups_of(network, stage);
  std::vector<bool> batch_statistics(nodes.size(), false);
  for (NodeId id = 0; id < nodes.size(); ++id) {
    if (std::holds_alternative<BatchNorm>(nodes[id].operation)) {
      batch_statistics[id] = groups[id] || stage.frozen_batch_norm_uses_batch;
    }
  }
  FrozenPrefix prefix(*model_, fixed_nodes(network.graph(), groups, batch_statistics), stage.image_size,
                      stage.batch_size);

  freeze_all();
  batch_statistics_ = std::move(batch_statistics);
  for (const StageGroup& group : stage.groups) learning_.push_back({{}, group.rate_factor});
  int64_t values = 0;
  for (NodeId id = 0; id < nodes.size(); ++id) {
    if (!groups[id]) continue;
    for (const NamedTensor& parameter : network.parameters(id)) {
      parameter.tensor.set_requires_grad(true);
      learning_[*groups[id]].parameters.push_back(parameter.tensor);
      values += parameter.tensor.numel();
    }
  }
  std::erase_if(learning_, [](const Optimizer::Group& group) { return group.parameters.empty(); });
  const StageResult result{values, prefix.kind(), prefix.reason()};
  prefix_.emplace(std::move(prefix));
  return result;
}

StepResult Trainer::step(const Step& step, const std::function<void()>& checkpoint) {
  if (learning_.empty()) throw CodedError("NETWORK", "No layer learns; set a stage before the first step");
  std::vector<at::Tensor> labels;
  StepResult result{0, 0, 0, 0, std::nullopt};
  for (const LabelledBatch& batch : step.batches) {
    labels.push_back(model_->labels(batch.labels, batch_count(batch.batch)));
    result.weight += total_weight(batch.labels, loss_);
    result.count += labels.back().size(0);
  }
  std::optional<AugmentationDraws> draws;
  if (augmentation_) draws.emplace(*augmentation_, seed_, step.epoch);
  const ForwardMode mode{batch_statistics_, dropout_generator(seed_, step.step), checkpoint};
  for (const Optimizer::Group& group : learning_) {
    for (const at::Tensor& parameter : group.parameters) at::Tensor(parameter).mutable_grad().reset();
  }
  for (size_t i = 0; i < step.batches.size(); ++i) {
    at::Tensor x = model_->input(step.batches[i].batch, draws);
    const auto mixing = draw_mixing(mixing_, seed_, step.step, i, x.size(2), x.size(3));
    const MixedBatch batch = mix(std::move(x), labels[i], mixing);
    const at::Tensor logits = logits_of(batch.x, mode);
    const at::Tensor loss = batch.loss_sum(logits, loss_, model_->cosine_scale()) / result.weight;
    checkpoint();
    loss.backward();
    // Read last: a GPU is given the whole pass before anything waits for it.
    const double value = loss.item<double>();
    if (!std::isfinite(value)) throw not_finite("loss", value, step.step);
    result.loss += value;
    result.correct += count_correct(logits.detach(), batch.main_labels());
  }
  result.gradient_norm = update(step);
  return result;
}

at::Tensor Trainer::logits_of(const at::Tensor& x, const ForwardMode& mode) {
  const NodeValues fixed = prefix_->run(x, mode.checkpoint);
  const NodeId output = model_->network().graph().output();
  const at::AutoGradMode gradients(true);
  return forward(model_->network(), fixed, {output}, mode).at(output);
}

std::optional<double> Trainer::update(const Step& step) {
  const at::NoGradGuard no_gradient;
  std::optional<double> norm;
  if (clip_norm_) {
    norm = clip_gradients(learning_, *clip_norm_);
    if (!std::isfinite(*norm)) throw not_finite("norm of the gradients", *norm, step.step);
  }
  optimizer_->step(learning_, step.learning_rate);
  if (average_) average_->update(step.step);
  return norm;
}

}  // namespace facecls
