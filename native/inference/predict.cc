#include "inference/predict.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/flip.h>
#include <ATen/ops/log_softmax.h>
#include <ATen/ops/logaddexp.h>
#include <ATen/ops/softmax.h>

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

NodeValues run_input(const Model& model, const at::Tensor& x, const std::vector<NodeId>& wanted,
                     const std::function<void()>& checkpoint) {
  at::NoGradGuard no_gradient;
  NodeValues values = forward(model.network(), {{0, x}}, wanted, {{}, std::nullopt, checkpoint});
  // What leaves is at least float32, whatever the network computes in.
  for (auto& [id, value] : values) {
    if (value.scalar_type() == at::kBFloat16) value = value.to(at::kFloat);
  }
  return values;
}

NodeValues run(const Model& model, const Batch& batch, const std::vector<NodeId>& wanted,
               const std::function<void()>& checkpoint) {
  return run_input(model, model.input(batch, std::nullopt), wanted, checkpoint);
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

}  // namespace

std::vector<Output> predict(const Model& model, const Batch& batch, const std::vector<std::string>& outputs,
                            const std::function<void()>& checkpoint) {
  const std::vector<NodeId> wanted = nodes_of(model.network().graph(), outputs);
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

std::vector<Output> predict_both(const Model& model, const Batch& batch,
                                 const std::vector<std::string>& outputs,
                                 const std::function<void()>& checkpoint) {
  for (const std::string& output : outputs) {
    if (output != "logits" && output != "probabilities" && output != "embedding")
      throw CodedError("NETWORK", "A photograph and its mirror image have no mean of " + output);
  }
  const std::vector<NodeId> wanted = nodes_of(model.network().graph(), outputs);
  const at::Tensor x = model.input(batch, std::nullopt);
  const at::Tensor mirrored = at::flip(x, {3}).contiguous(at::MemoryFormat::ChannelsLast);
  const NodeValues one = run_input(model, x, wanted, checkpoint);
  const NodeValues other = run_input(model, mirrored, wanted, checkpoint);
  std::vector<Output> result;
  for (size_t i = 0; i < outputs.size(); ++i) {
    const at::Tensor value = mean_output(outputs[i], one.at(wanted[i]), other.at(wanted[i]));
    result.push_back({outputs[i], value.cpu().contiguous()});
  }
  return result;
}

EvaluateResult evaluate(const Model& model, const Batch& batch, const std::vector<int64_t>& labels,
                        const LossSpec& loss, const std::function<void()>& checkpoint) {
  model.check_loss(loss);
  const at::Tensor truth = model.labels(labels, batch_count(batch));
  const NodeId output = model.network().graph().output();
  const at::Tensor logits = run(model, batch, {output}, checkpoint).at(output);
  return {cross_entropy_sum(logits, truth, loss).item<double>(), total_weight(labels, loss),
          count_correct(logits, truth, 1), count_correct(logits, truth, 5), truth.size(0)};
}

}  // namespace facecls
