#include "inference/predict.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/softmax.h>

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
  const at::Tensor logits = run(model, batch, {output}, checkpoint).at(output);
  return {cross_entropy_sum(logits, truth, loss).item<double>(), total_weight(labels, loss),
          count_correct(logits, truth, 1), count_correct(logits, truth, 5), truth.size(0)};
}

}  // namespace facecls
