// One training step: batch, forward, loss, backward, update; and the stages that say what learns.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "networks/model.h"
#include "training/optimizer.h"

namespace facecls {

class Trainer {
 public:
  Trainer(std::shared_ptr<Model> model, const OptimizerSpec& optimizer, const LossSpec& loss,
          std::optional<AugmentationRanges> augmentation, uint64_t seed);
  ~Trainer();

  /// What the named layers and no others learn from now on. Returns the number of learning values.
  /// Throws NETWORK for a name that is no layer.
  int64_t set_stage(const StageSpec& stage);

  struct Step {
    Batch batch;
    std::vector<int64_t> labels;
    uint64_t epoch;
    uint64_t step;
    double learning_rate;
  };

  /// Throws NOT_FINITE, before anything is updated, for a NaN or infinite loss.
  StepResult step(const Step& step, const std::function<void()>& checkpoint);

 private:
  void freeze_all();

  std::shared_ptr<Model> model_;
  std::unique_ptr<Optimizer> optimizer_;
  LossSpec loss_;
  std::optional<AugmentationRanges> augmentation_;
  uint64_t seed_;
  std::vector<at::Tensor> learning_;    // parameters with a gradient
  std::vector<bool> batch_statistics_;  // by node
};

}  // namespace facecls
