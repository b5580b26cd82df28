// A part of a network that does not learn, made ready to run fast: batch norms folded into their
// convolutions, activations and residual additions fused into them, weights packed, all in one
// compute type.
#pragma once

#include <functional>
#include <string>
#include <variant>
#include <vector>

#include "networks/direct/convolution.h"
#include "networks/eager.h"
#include "networks/fused_convolution.h"

namespace facecls {

class FoldedNetwork {
 public:
  /// Takes the weights as they are now of all nodes that `outputs` need, to compute in this type. Batch norms
  /// count as on stored statistics, and there is no dropout. The network must outlive it; a folded network
  /// costs the memory of its weights once more. They are packed for batches of these many photographs of
  /// size x size; others work too, more slowly. Wants no obstacle().
  FoldedNetwork(const Network& network, std::vector<NodeId> outputs, at::ScalarType type,
                const std::vector<int64_t>& batches, int64_t size);

  /// Why a network of this type and device cannot be folded on this machine; empty where it can.
  static std::string obstacle(const Network& network);

  /// x: (N, 3, height, width) in its type, channels_last. Records no gradient.
  NodeValues run(const at::Tensor& x, const std::function<void()>& checkpoint) const;

 private:
  struct Step {
    NodeId output;
    std::vector<NodeId> inputs;  // of a fused convolution: its own and what is added
    std::variant<DirectConvolution, FusedConvolution, NodeTensors> work;  // NodeTensors: the node, unfused
  };
  /// Where a convolution's output belongs in a concatenation, so that none has to be copied there.
  struct Slice {
    NodeId whole;
    int64_t whole_channels, first, channels;
  };

  void place_slices();
  at::Tensor run_direct(const Step& step, const std::vector<at::Tensor>& inputs, NodeValues& values) const;
  /// Copies into a concatenation what no convolution has written there.
  void complete(const Step& step, const std::vector<at::Tensor>& inputs, const at::Tensor& whole) const;

  const Network& network_;
  std::vector<NodeId> outputs_;
  std::vector<Step> steps_;
  std::vector<int> reads_;          // by node, of the steps' values
  std::map<NodeId, Slice> slices_;  // by the convolution's node
};

}  // namespace facecls
