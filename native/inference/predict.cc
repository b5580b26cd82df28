#include "inference/predict.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/linalg_vector_norm.h>
#include <ATen/ops/log_softmax.h>
#include <ATen/ops/softmax.h>
#include <ATen/ops/stack.h>

#include "coded_error.h"
#include "networks/eager.h"
#include "training/loss.h"

namespace facecls {

namespace {

at::Tensor unit_length(const at::Tensor& features) {
  // F.normalize's guard against a zero vector.
  const at::Tensor norm = at::linalg_vector_norm(features, 2, {1}, /*keepdim=*/true).clamp_min(1e-12);
  return features / norm;
}

NodeId node_of(const Graph& graph, const std::string& output) {
  if (output == "logits" || output == "probabilities") {
    if (graph.embedding == graph.output())
      throw CodedError("NETWORK", "A network that ends in an embedding has no " + output);
    return graph.output();
  }
  if (output == "embedding") return graph.embedding;
  return graph.output_of(output);
}

NodeValues run(const Model& model, const Batch& batch, const std::vector<NodeId>& wanted,
               const std::function<void()>& checkpoint) {
  at::NoGradGuard no_gradient;
  NodeValues values = forward(model.network(), {{0, model.input(batch, std::nullopt)}}, wanted,
                              {{}, std::nullopt, checkpoint});
  // What leaves is at least float32, whatever the network computes in.
  for (auto& [id, value] : values) {
    if (value.scalar_type() == at::kBFloat16) value = value.to(at::kFloat);
  }
  return values;
}

/// How many classes stand before the label by falling logits, (N): at a tie those of lower labels do. Before
/// a logit that is no number all do, so that a broken model names nothing rightly.
at::Tensor rank_of(const at::Tensor& logits, const at::Tensor& labels) {
  const at::Tensor label = labels.unsqueeze(1);
  const at::Tensor own = logits.gather(1, label);
  const at::Tensor earlier = at::arange(logits.size(1), labels.options()).unsqueeze(0).lt(label);
  const at::Tensor before = logits.le(own).logical_not_().logical_or_(logits.eq(own).logical_and_(earlier));
  return before.sum(/*dim=*/1);
}

template <typename Value>
std::vector<Value> row(const at::Tensor& values, int64_t index) {
  const double* first = values.const_data_ptr<double>() + index * values.size(1);
  return {first, first + values.size(1)};
}

}  // namespace

std::vector<Output> predict(const Model& model, const Batch& batch, const std::vector<std::string>& outputs,
                            const std::function<void()>& checkpoint) {
  std::vector<NodeId> wanted;
  for (const std::string& output : outputs) wanted.push_back(node_of(model.network().graph(), output));
  const NodeValues values = run(model, batch, wanted, checkpoint);
  std::vector<Output> result;
  for (size_t i = 0; i < outputs.size(); ++i) {
    at::Tensor value = values.at(wanted[i]);
    if (outputs[i] == "probabilities") value = at::softmax(value, /*dim=*/1);
    if (outputs[i] == "embedding") value = unit_length(value);
    result.push_back({outputs[i], value.cpu().contiguous()});
  }
  return result;
}

EvaluateResult evaluate(const Model& model, const Batch& batch, const std::vector<int64_t>& labels,
                        const LossSpec& loss, const std::function<void()>& checkpoint) {
  model.check_loss(loss);
  const at::Tensor truth = model.labels(labels, batch_count(batch));
  const NodeId output = model.network().graph().output();
  const at::Tensor logits = run(model, batch, {output}, checkpoint).at(output).to(at::kDouble);  // (N, C)
  const at::Tensor log_probabilities = at::log_softmax(logits, /*dim=*/1);
  const at::Tensor predicted = logits.argmax(/*dim=*/1);
  const auto probability_of = [&](const at::Tensor& chosen) {
    return log_probabilities.gather(1, chosen.unsqueeze(1)).squeeze(1).exp();
  };
  // Stacked, so that a GPU is waited for once.
  const at::Tensor values =
      at::stack({cross_entropy(logits, truth, loss), rank_of(logits, truth).to(at::kDouble),
                 predicted.to(at::kDouble), probability_of(truth), probability_of(predicted)})
          .cpu();
  return {row<double>(values, 0),  total_weight(labels, loss), row<int64_t>(values, 1),
          row<int64_t>(values, 2), row<double>(values, 3),     row<double>(values, 4)};
}

}  // namespace facecls
