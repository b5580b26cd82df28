// A model with the engine that answers for it, where it has one.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "inference/engine.h"
#include "networks/model.h"

namespace facecls {

struct EngineSpec {
  Precision precision;  // float32 or bfloat16
  int64_t image_size, max_batch;
};

struct EngineResult {
  bool folded;
  Precision precision;  // of the convolutions
  std::string reason;   // why it is not as asked for, or empty
};

class ServedModel {
 public:
  explicit ServedModel(const ModelSpec& spec) : model_(spec) {}

  Model& model() { return model_; }
  const Model& model() const { return model_; }

  /// Makes an engine of the weights as they are; until they are replaced, it answers for what it covers. One
  /// whose bfloat16 is too coarse is made in float32 instead, and where that differs too, or the machine
  /// cannot fold, the plain network goes on answering.
  EngineResult optimize(const EngineSpec& spec, const std::function<void()>& checkpoint);

  /// x: as of Model::input(). Values that are at least float32.
  NodeValues run(const at::Tensor& x, const std::vector<NodeId>& wanted,
                 const std::function<void()>& checkpoint);

 private:
  std::string make_engine(const EngineSpec& spec, at::ScalarType type,
                          const std::function<void()>& checkpoint);

  Model model_;
  std::unique_ptr<Engine> engine_;
  uint64_t version_ = 0;  // of the weights that the engine has
};

}  // namespace facecls
