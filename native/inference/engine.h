// A network made ready to serve: its convolutions folded, fused and packed for batches of several sizes, each
// size compared with the plain network before it answers anything.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "networks/fold.h"
#include "networks/model.h"

namespace facecls {

class Engine {
 public:
  /// Takes the model's weights as they are now, to compute convolutions in this type on photographs of
  /// size x size. What comes behind the pooling is computed as the model does: it costs little, and
  /// rounding there would show in the probabilities. The model must outlive it. Wants
  /// no FoldedNetwork::obstacle().
  Engine(const Model& model, at::ScalarType type, int64_t size);

  /// Runs batches of every size that up to `max_batch` photographs are computed in, so that none is slow at
  /// its first request. Returns why one differs from the plain network, or nothing.
  std::string warm_up(int64_t max_batch, const std::function<void()>& checkpoint);

  /// Whether it can tell these nodes of photographs of these sizes.
  bool covers(at::IntArrayRef sizes, const std::vector<NodeId>& wanted) const;

  /// x: (N, 3, size, size) float32, channels_last. Records no gradient.
  NodeValues run(const at::Tensor& x, const std::vector<NodeId>& wanted,
                 const std::function<void()>& checkpoint);

 private:
  at::Tensor pooled(const at::Tensor& x, const std::function<void()>& checkpoint);
  at::Tensor folded(const at::Tensor& x, const std::function<void()>& checkpoint) const;
  at::Tensor embedding(const at::Tensor& pooled) const;
  const std::string& checked(int64_t batch, const std::function<void()>& checkpoint);
  std::string difference(int64_t batch, const std::function<void()>& checkpoint) const;

  const Model& model_;
  at::ScalarType type_;
  int64_t size_;
  NodeId pool_;
  FoldedNetwork trunk_;
  at::Tensor noise_;                       // (kChecked, 3, size, size)
  at::Tensor reference_;                   // (kChecked, F): the plain network's embeddings of it
  std::map<int64_t, std::string> checks_;  // by batch: why it must not be used, or nothing
};

/// The batches, each one of the engine's own sizes, that n photographs are computed in.
std::vector<int64_t> batches_of(int64_t n);

}  // namespace facecls
