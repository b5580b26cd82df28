// One training step: batches, mixing, forward, loss, backward, update; and the stages that say what learns.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "networks/model.h"
#include "training/mixing.h"
#include "training/optimizer.h"
#include "training/prefix.h"
#include "training/weight_average.h"

namespace facecls {

class Trainer {
 public:
  /// `clip_norm`: the largest L2 norm of all gradients together, or none. `average_decay`: of the weights'
  /// running average, or none is kept.
  Trainer(std::shared_ptr<Model> model, const OptimizerSpec& optimizer, const LossSpec& loss,
          std::optional<AugmentationRanges> augmentation, const MixingRanges& mixing,
          std::optional<double> clip_norm, std::optional<double> average_decay, uint64_t seed);
  ~Trainer();

  /// The named layers and no others learn from now on. Throws NETWORK for a name that is no layer or stands
  /// twice.
  StageResult set_stage(const StageSpec& stage);

  struct LabelledBatch {
    Batch batch;
    std::vector<int64_t> labels;
  };

  /// One update by the mean gradient over the samples of all batches, which are computed one after another.
  struct Step {
    std::vector<LabelledBatch> batches;
    uint64_t epoch;
    uint64_t step;
    double learning_rate;
  };

  /// Throws NOT_FINITE, before any parameter is updated, for a NaN or infinite loss or norm of the gradients.
  StepResult step(const Step& step, const std::function<void()>& checkpoint);

  /// Exchanges the weights and their running average: between the calls the model is the averaged one, and
  /// neither a step nor state() has a meaning.
  void swap_average();

  /// What the training remembers beside the weights: "optimizer.<parameter>.<slot>" of all that ever learned
  /// and "average.<tensor>".
  std::vector<StateTensor> state() const;

  /// Replaces it. Throws NETWORK for a name that is none of these or another shape.
  void load(const std::vector<StateTensor>& tensors);

 private:
  void freeze_all();
  at::Tensor logits_of(const at::Tensor& x, const ForwardMode& mode);
  std::optional<double> update(const Step& step);

  std::shared_ptr<Model> model_;
  std::unique_ptr<Optimizer> optimizer_;
  LossSpec loss_;
  std::optional<AugmentationRanges> augmentation_;
  MixingRanges mixing_;
  std::optional<double> clip_norm_;
  std::optional<WeightAverage> average_;
  uint64_t seed_;
  std::vector<Optimizer::Group> learning_;  // parameters with a gradient
  std::vector<bool> batch_statistics_;      // by node
  std::optional<FrozenPrefix> prefix_;      // none before the first stage
};

}  // namespace facecls
