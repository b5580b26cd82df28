// Reads each job of lib/native/addon.ts into its struct, on the environment's own thread, before any other
// thread starts.
#pragma once

#include <napi.h>

#include "border/handle.h"
#include "border/model_object.h"
#include "border/reader.h"
#include "networks/model.h"
#include "training/trainer.h"

namespace facecls {

struct ForwardSpec {
  Batch batch;
  std::vector<std::string> outputs;
  bool flip;
};

struct EvaluateSpec {
  Batch batch;
  std::vector<int64_t> labels;
  LossSpec loss;
  bool flip;
};

struct TrainerSpec {
  Handle<ServedModel>::Lease model;
  OptimizerSpec optimizer;
  LossSpec loss;
  std::optional<AugmentationRanges> augmentation;
  MixingRanges mixing;
  std::optional<double> clip_norm;
  std::optional<double> average_decay;
  uint64_t seed;
};

struct SummarySpec {
  NetworkSpec network;
  int64_t height, width;
};

struct MakeBatchSpec {
  Batch batch;
  std::optional<AugmentationRanges> augmentation;
  Normalisation normalisation;
  uint64_t seed, epoch;
  std::optional<std::string>
      device;   // that holds the pack and makes the batch; none: the processor, from memory
  bool values;  // whether they are wanted, beside their means
};

NetworkSpec read_network(Napi::Value value);
SummarySpec read_summary(Napi::Value value);
ModelSpec read_model(Napi::Value value);
TrainerSpec read_trainer(Napi::Value value);
StageSpec read_stage(Napi::Value value);
Trainer::Step read_step(Napi::Value value);
EngineSpec read_engine(Napi::Value value);
ForwardSpec read_forward(Napi::Value value);
EvaluateSpec read_evaluate(Napi::Value value);
std::vector<StateTensor> read_state(Napi::Value value);
MakeBatchSpec read_make_batch(Napi::Value value);

}  // namespace facecls
