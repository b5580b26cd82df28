#include "inference/predict.h"

#include <ATen/ops/arange.h>
#include <ATen/ops/flip.h>
#include <ATen/ops/linalg_vector_norm.h>
#include <ATen/ops/log_softmax.h>
#include <ATen/ops/logaddexp.h>
#include <ATen/ops/softmax.h>
#include <ATen/ops/stack.h>

#include <cmath>

#include "coded_error.h"
#include "networks/eager.h"
#include "networks/unit_length.h"
#include "training/loss.h"

namespace facecls {

namespace {

NodeId node_of(const Graph& graph, const std::string& output) {
  if (output == "logits" || output == "probabilities") {
    if (graph.embedding == graph.output())
      throw CodedError("NETWORK", "A network that ends in an embedding has no " + output);
    return graph.output();
  }
  if (output == "embedding") return graph.embedding;
  return graph.output_of(output);
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

NodeValues run(ServedModel& served, const Batch& batch, const std::vector<NodeId>& wanted,
               const std::function<void()>& checkpoint) {
  return served.run(served.model().input(batch, std::nullopt), wanted, checkpoint);
}

/// The same of each photograph and of its mirror image.
std::pair<NodeValues, NodeValues> run_both(ServedModel& served, const Batch& batch,
                                           const std::vector<NodeId>& wanted,
                                           const std::function<void()>& checkpoint) {
  const at::Tensor x = served.model().input(batch, std::nullopt);
  const at::Tensor mirrored = at::flip(x, {3}).contiguous(at::MemoryFormat::ChannelsLast);
  return {served.run(x, wanted, checkpoint), served.run(mirrored, wanted, checkpoint)};
}

std::vector<NodeId> nodes_of(const Graph& graph, const std::vector<std::string>& outputs) {
  std::vector<NodeId> nodes;
  for (const std::string& output : outputs) nodes.push_back(node_of(graph, output));
  return nodes;
}

/// Of the values of a photograph and of its mirror image.
at::Tensor mean_output(const std::string& output, const at::Tensor& one, const at::Tensor& other) {
  if (output == "embedding") return unit_length((one + other) / 2);
  if (output == "probabilities") return (at::softmax(one, /*dim=*/1) + at::softmax(other, /*dim=*/1)) / 2;
  // By logarithms, so that what is improbable in both does not become a probability of 0.
  return at::logaddexp(at::log_softmax(one, /*dim=*/1), at::log_softmax(other, /*dim=*/1)) - std::log(2.0);
}

at::Tensor logits_of(ServedModel& served, const Batch& batch, bool flip,
                     const std::function<void()>& checkpoint) {
  const NodeId output = served.model().network().graph().output();
  if (!flip) return run(served, batch, {output}, checkpoint).at(output);
  const auto [one, other] = run_both(served, batch, {output}, checkpoint);
  return mean_output("logits", one.at(output), other.at(output));
}

}  // namespace

std::vector<Output> predict(ServedModel& served, const Batch& batch, const std::vector<std::string>& outputs,
                            const std::function<void()>& checkpoint) {
  const std::vector<NodeId> wanted = nodes_of(served.model().network().graph(), outputs);
  const NodeValues values = run(served, batch, wanted, checkpoint);
  std::vector<Output> result;
  for (size_t i = 0; i < outputs.size(); ++i) {
    at::Tensor value = values.at(wanted[i]);
    if (outputs[i] == "probabilities") value = at::softmax(value, /*dim=*/1);
    if (outputs[i] == "embedding") value = unit_length(value);
    result.push_back({outputs[i], value.cpu().contiguous()});
  }
  return result;
}

std::vector<Output> predict_both(ServedModel& served, const Batch& batch,
                                 const std::vector<std::string>& outputs,
                                 const std::function<void()>& checkpoint) {
  for (const std::string& output : outputs) {
    if (output != "logits" && output != "probabilities" && output != "embedding")
      throw CodedError("NETWORK", "A photograph and its mirror image have no mean of " + output);
  }
  const std::vector<NodeId> wanted = nodes_of(served.model().network().graph(), outputs);
  const auto [one, other] = run_both(served, batch, wanted, checkpoint);
  std::vector<Output> result;
  for (size_t i = 0; i < outputs.size(); ++i) {
    const at::Tensor value = mean_output(outputs[i], one.at(wanted[i]), other.at(wanted[i]));
    result.push_back({outputs[i], value.cpu().contiguous()});
  }
  return result;
}

EvaluateResult evaluate(ServedModel& served, const Batch& batch, const std::vector<int64_t>& labels,
                        const LossSpec& loss, bool flip, const std::function<void()>& checkpoint) {
  served.model().check_loss(loss);
  const at::Tensor truth = served.model().labels(labels, batch_count(batch));
  const at::Tensor logits = logits_of(served, batch, flip, checkpoint).to(at::kDouble);  // (N, C)
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
