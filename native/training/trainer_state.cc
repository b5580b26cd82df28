// What a trainer remembers, as tensors that travel.

#include <algorithm>
#include <unordered_map>

#include "coded_error.h"
#include "networks/state_tensor.h"
#include "training/trainer.h"

namespace facecls {

namespace {

const std::string kOptimizer = "optimizer.";
const std::string kAverage = "average.";

}  // namespace

void Trainer::swap_average() {
  if (!average_) throw CodedError("NATIVE", "This trainer keeps no average of the weights");
  average_->swap();
}

std::vector<StateTensor> Trainer::state() const {
  std::vector<StateTensor> result;
  for (const auto& [name, tensor, parameter] : model_->network().state()) {
    if (!parameter) continue;
    for (const Optimizer::Slot& slot : optimizer_->state(tensor))
      result.push_back(copy_out(kOptimizer + name + "." + slot.name, slot.tensor));
  }
  if (!average_) return result;
  for (const NamedTensor& named : average_->tensors())
    result.push_back(copy_out(kAverage + named.name, named.tensor));
  return result;
}

void Trainer::load(const std::vector<StateTensor>& tensors) {
  std::unordered_map<std::string, const StateTensor*> given;
  for (const StateTensor& tensor : tensors) given.emplace(tensor.name, &tensor);
  std::vector<std::pair<const StateTensor*, at::Tensor>> copies;
  const auto take = [&](const std::string& name, const at::Tensor& own) {
    const auto found = given.find(name);
    if (found == given.end()) throw CodedError("NETWORK", "The state has no tensor named " + name);
    check_fits(*found->second, own);
    copies.emplace_back(found->second, own);
    given.erase(found);
  };
  for (const auto& [name, tensor, parameter] : model_->network().state()) {
    const std::string prefix = kOptimizer + name + ".";
    const bool learned =
        parameter && std::any_of(tensors.begin(), tensors.end(),
                                 [&](const StateTensor& one) { return one.name.starts_with(prefix); });
    if (!learned) continue;
    for (const Optimizer::Slot& slot : optimizer_->make_state(tensor)) take(prefix + slot.name, slot.tensor);
  }
  if (average_) {
    for (const NamedTensor& named : average_->tensors()) take(kAverage + named.name, named.tensor);
  }
  if (!given.empty())
    throw CodedError("NETWORK", "The training remembers nothing named " + given.begin()->first);
  for (const auto& [tensor, own] : copies) copy_in(*tensor, own);
}

}  // namespace facecls
