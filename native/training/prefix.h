// The part of a network below everything that learns: it runs without gradients, folded where this machine
// can fold it and a check at the beginning agrees, else as the plain network.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "networks/fold.h"
#include "networks/model.h"

namespace facecls {

class FrozenPrefix {
 public:
  /// `fixed`: by node, whether its output depends on the photographs alone. The folded weights are packed for
  /// batches of `batch_size` photographs of this size, and compared with the plain network on noise.
  FrozenPrefix(const Model& model, const std::vector<bool>& fixed, int64_t image_size, int64_t batch_size);

  /// The values that the learning part reads: the photographs themselves where no layer is frozen below it.
  NodeValues run(const at::Tensor& x, const std::function<void()>& checkpoint);

  Prefix kind() const;

  /// Why it runs plain, or empty.
  const std::string& reason() const { return reason_; }

 private:
  void fold();
  void fold_weights();
  NodeValues run_plain(const at::Tensor& x, const std::function<void()>& checkpoint) const;

  const Model& model_;
  int64_t image_size_, batch_size_;
  std::vector<NodeId> outputs_;  // fixed nodes that others read
  std::unique_ptr<FoldedNetwork> folded_;
  uint64_t version_ = 0;  // of the weights that were folded
  std::string reason_;
};

}  // namespace facecls
