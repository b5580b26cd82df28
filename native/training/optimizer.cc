#include "training/optimizer.h"

#include <ATen/ops/_foreach_add.h>
#include <ATen/ops/_foreach_mul.h>
#include <ATen/ops/_foreach_norm.h>
#include <ATen/ops/_fused_adam.h>
#include <ATen/ops/_fused_adamw.h>
#include <ATen/ops/_fused_sgd.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/linalg_vector_norm.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/zeros.h>
#include <ATen/ops/zeros_like.h>

#include <unordered_map>

#include "coded_error.h"

namespace facecls {

namespace {

/// The fused kernels walk memory and ignore strides: a gradient that lies in another order than its parameter
/// would update the wrong elements, silently. Copies such a gradient (a few milliseconds at most) and passes
/// on the others.
at::Tensor gradient_like(const at::Tensor& parameter) {
  const at::Tensor& gradient = parameter.grad();
  if (!gradient.defined()) throw CodedError("NATIVE", "A learning parameter has no gradient");
  if (gradient.strides() == parameter.strides()) return gradient;
  at::Tensor aligned = at::empty_strided(parameter.sizes(), parameter.strides(), gradient.options());
  aligned.copy_(gradient);
  return aligned;
}

class Adam final : public Optimizer {
 public:
  explicit Adam(const OptimizerSpec& spec) : spec_(spec) {}

  std::vector<Slot> state(const at::Tensor& parameter) const override {
    const auto found = states_.find(parameter.unsafeGetTensorImpl());
    return found == states_.end() ? std::vector<Slot>{} : slots(found->second);
  }

  std::vector<Slot> make_state(const at::Tensor& parameter) override { return slots(state_of(parameter)); }

 protected:
  void update(const std::vector<at::Tensor>& parameters, const std::vector<at::Tensor>& gradients,
              double learning_rate) override {
    std::vector<at::Tensor> averages, squares, steps;
    for (const at::Tensor& parameter : parameters) {
      State& state = state_of(parameter);
      averages.push_back(state.average);
      squares.push_back(state.square);
      steps.push_back(state.step);
    }
    at::_foreach_add_(steps, 1);
    constexpr Fused kAdam = &at::_fused_adam_;
    constexpr Fused kAdamW = &at::_fused_adamw_;
    const Fused fused = spec_.kind == OptimizerKind::adam ? kAdam : kAdamW;
    fused(parameters, gradients, averages, squares, /*max_exp_avg_sqs=*/{}, steps, learning_rate, spec_.beta1,
          spec_.beta2, spec_.weight_decay, spec_.epsilon, /*amsgrad=*/false, /*maximize=*/false, std::nullopt,
          std::nullopt);
  }

 private:
  struct State {
    at::Tensor average, square;  // exp_avg and exp_avg_sq, in the parameter's memory order
    at::Tensor step;             // float32 scalar, as the kernel wants it
  };
  using Fused = void (*)(at::TensorList, at::TensorList, at::TensorList, at::TensorList, at::TensorList,
                         at::TensorList, double, double, double, double, double, bool, bool,
                         const std::optional<at::Tensor>&, const std::optional<at::Tensor>&);

  static std::vector<Slot> slots(const State& state) {
    return {{"exp_avg", state.average}, {"exp_avg_sq", state.square}, {"step", state.step}};
  }

  State& state_of(const at::Tensor& parameter) {
    State& state = states_[parameter.unsafeGetTensorImpl()];
    if (!state.average.defined()) {
      const at::Tensor like = parameter.detach();
      state = {at::zeros_like(like), at::zeros_like(like), at::zeros({}, like.options().dtype(at::kFloat))};
      if (state.average.strides() != parameter.strides())
        throw CodedError("NATIVE", "Optimizer state lost its strides");
    }
    return state;
  }

  OptimizerSpec spec_;
  std::unordered_map<at::TensorImpl*, State> states_;
};

class Sgd final : public Optimizer {
 public:
  explicit Sgd(const OptimizerSpec& spec) : spec_(spec) {}

  std::vector<Slot> state(const at::Tensor& parameter) const override {
    const auto found = momenta_.find(parameter.unsafeGetTensorImpl());
    return found == momenta_.end() ? std::vector<Slot>{} : std::vector<Slot>{{kMomentum, found->second}};
  }

  std::vector<Slot> make_state(const at::Tensor& parameter) override {
    at::Tensor& momentum = momenta_[parameter.unsafeGetTensorImpl()];
    if (!momentum.defined()) momentum = at::zeros_like(parameter.detach());
    return {{kMomentum, momentum}};
  }

 protected:
  void update(const std::vector<at::Tensor>& parameters, const std::vector<at::Tensor>& gradients,
              double learning_rate) override {
    // The kernel takes one "first step" flag a call, so parameters that begin to learn later get a call of
    // their own.
    Lists started, starting;
    for (size_t i = 0; i < parameters.size(); ++i) {
      at::Tensor& momentum = momenta_[parameters[i].unsafeGetTensorImpl()];
      Lists& lists = momentum.defined() ? started : starting;
      if (!momentum.defined()) make_state(parameters[i]);
      lists.parameters.push_back(parameters[i]);
      lists.gradients.push_back(gradients[i]);
      lists.momenta.push_back(momentum);
    }
    call(started, learning_rate, /*first=*/false);
    call(starting, learning_rate, /*first=*/true);
  }

 private:
  struct Lists {
    std::vector<at::Tensor> parameters, gradients, momenta;
  };

  void call(Lists& lists, double learning_rate, bool first) const {
    if (lists.parameters.empty()) return;
    if (spec_.momentum == 0) lists.momenta.clear();
    const bool starts_momenta = first && !lists.momenta.empty();  // a GPU's kernel warns where there are none
    at::_fused_sgd_(lists.parameters, lists.gradients, lists.momenta, spec_.weight_decay, spec_.momentum,
                    learning_rate,
                    /*dampening=*/0, spec_.nesterov, /*maximize=*/false, starts_momenta);
  }

  static constexpr const char* kMomentum = "momentum_buffer";

  OptimizerSpec spec_;
  std::unordered_map<at::TensorImpl*, at::Tensor> momenta_;
};

}  // namespace

void Optimizer::step(const std::vector<Group>& groups, double learning_rate) {
  for (const auto& [parameters, rate_factor] : groups) {
    std::vector<at::Tensor> gradients;
    gradients.reserve(parameters.size());
    for (const at::Tensor& parameter : parameters) gradients.push_back(gradient_like(parameter));
    update(parameters, gradients, learning_rate * rate_factor);
  }
}

double clip_gradients(const std::vector<Optimizer::Group>& groups, double limit) {
  constexpr double kNoDivisionByZero = 1e-6;  // as torch.nn.utils.clip_grad_norm_
  std::vector<at::Tensor> gradients;
  for (const Optimizer::Group& group : groups) {
    for (const at::Tensor& parameter : group.parameters) gradients.push_back(parameter.grad());
  }
  const at::Tensor norms = at::stack(at::_foreach_norm(gradients, 2));
  const double norm = at::linalg_vector_norm(norms, 2).item<double>();
  if (const double factor = limit / (norm + kNoDivisionByZero); factor < 1)
    at::_foreach_mul_(gradients, factor);
  return norm;
}

std::unique_ptr<Optimizer> make_optimizer(const OptimizerSpec& spec) {
  if (spec.kind == OptimizerKind::sgd) return std::make_unique<Sgd>(spec);
  return std::make_unique<Adam>(spec);
}

}  // namespace facecls
