#include "training/trainer.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/core/grad_mode.h>

#include <cmath>
#include <unordered_set>

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

}  // namespace

Trainer::Trainer(std::shared_ptr<Model> model, const OptimizerSpec& optimizer, const LossSpec& loss,
                 std::optional<AugmentationRanges> augmentation, uint64_t seed)
    : model_(std::move(model)),
      optimizer_(make_optimizer(optimizer)),
      loss_(loss),
      augmentation_(std::move(augmentation)),
      seed_(seed) {
  freeze_all();
}

Trainer::~Trainer() { freeze_all(); }

void Trainer::freeze_all() {
  for (const at::Tensor& parameter : learning_) {
    at::Tensor(parameter).mutable_grad().reset();
    parameter.set_requires_grad(false);
  }
  learning_.clear();
}

int64_t Trainer::set_stage(const StageSpec& stage) {
  const Network& network = model_->network();
  const std::vector<Node>& nodes = network.graph().nodes();
  std::unordered_set<std::string> wanted(stage.trainable.begin(), stage.trainable.end());
  std::vector<NodeId> learning;
  std::vector<bool> batch_statistics(nodes.size(), false);
  for (NodeId id = 0; id < nodes.size(); ++id) {
    const bool learns = wanted.erase(nodes[id].name) > 0 && !network.parameters(id).empty();
    if (learns) learning.push_back(id);
    if (std::holds_alternative<BatchNorm>(nodes[id].operation)) {
      batch_statistics[id] = learns || stage.frozen_batch_norm_uses_batch;
    }
  }
  if (!wanted.empty()) throw CodedError("NETWORK", "The network has no layer named " + *wanted.begin());

  freeze_all();
  batch_statistics_ = std::move(batch_statistics);
  int64_t values = 0;
  for (const NodeId id : learning) {
    for (const NamedTensor& parameter : network.parameters(id)) {
      parameter.tensor.set_requires_grad(true);
      learning_.push_back(parameter.tensor);
      values += parameter.tensor.numel();
    }
  }
  return values;
}

StepResult Trainer::step(const Step& step, const std::function<void()>& checkpoint) {
  if (learning_.empty()) throw CodedError("NETWORK", "No layer learns; set a stage before the first step");
  const Network& network = model_->network();
  const at::Tensor labels = model_->labels(step.labels, batch_count(step.batch));
  std::optional<AugmentationDraws> draws;
  if (augmentation_) draws.emplace(*augmentation_, seed_, step.epoch);
  const at::Tensor x = model_->input(step.batch, draws);

  at::AutoGradMode gradients(true);
  ForwardMode mode{batch_statistics_, dropout_generator(seed_, step.step), checkpoint};
  const NodeId output = network.graph().output();
  const at::Tensor logits = forward(network, x, {output}, mode)[output];
  const at::Tensor loss = cross_entropy(logits, labels, loss_, Reduction::mean);
  const StepResult result{loss.item<double>(), count_correct(logits.detach(), labels, 1), labels.size(0)};
  if (!std::isfinite(result.loss)) {
    throw CodedError("NOT_FINITE", "The loss became " +
                                       std::string(std::isnan(result.loss) ? "NaN" : "infinite") +
                                       " at step " + std::to_string(step.step + 1) +
                                       "; a lower learning rate usually mends that");
  }

  checkpoint();
  for (const at::Tensor& parameter : learning_) at::Tensor(parameter).mutable_grad().reset();
  loss.backward();
  at::NoGradGuard no_gradient;
  optimizer_->step(learning_, step.learning_rate);
  return result;
}

}  // namespace facecls
