// A network as one list of nodes in forward order, which is also the order of PyTorch's named_modules().
// Training forward, the folded prefix, freezing, state_dict names, shapes and descriptions all read this
// list; nothing about a network is written twice.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "specs.h"

namespace facecls {

using Pair = std::array<int64_t, 2>;  // height, width

struct Input {};
struct Conv2d {
  int64_t in_channels, out_channels;
  Pair kernel, stride, padding;
  bool bias;
  int64_t groups = 1;
};
struct BatchNorm {
  int64_t features;
  double epsilon, momentum;
};
struct Linear {
  int64_t in_features, out_features;
  bool bias;
};
/// scale * the cosine of the angle between the features and each row of the weight, in float32 at least.
struct CosineLinear {
  int64_t in_features, out_features;
  double scale;
};
struct Relu {};
struct Relu6 {};
struct LeakyRelu {
  double negative_slope;
};
struct MaxPool2d {
  int64_t kernel, stride, padding;
};
struct GlobalAveragePool {};  // (N, C, H, W) -> (N, C)
struct Concatenate {};        // over channels
struct ScaledAdd {            // inputs[0] * scale + inputs[1]
  double scale;
};
struct Dropout {
  double probability;
};

using Operation = std::variant<Input, Conv2d, BatchNorm, Linear, CosineLinear, Relu, Relu6, LeakyRelu,
                               MaxPool2d, GlobalAveragePool, Concatenate, ScaledAdd, Dropout>;

enum class Part { trunk, head };
using NodeId = size_t;

struct Node {
  std::string name;  // the module's path in PyTorch's reference
  Operation operation;
  std::vector<NodeId> inputs;
  Part part;
};

/// How the reference draws its first weights; batch norms begin at 1 and 0 everywhere, rows of cosines at
/// random directions.
enum class Initialisation {
  fan_in_uniform,  // PyTorch's default: U(-1/sqrt(fan_in), 1/sqrt(fan_in)) for convolutions and linear layers
  fan_out_normal,  // convolutions N(0, 2/fan_out) (He et al., 2015); linear layers as above
  mobilenet,       // convolutions as above; linear layers N(0, 0.01^2), biases 0
};

/// A parameter or buffer of a node, under PyTorch's name.
struct TensorSlot {
  std::string name;  // "weight", "bias", "running_mean", "running_var", "num_batches_tracked"
  std::vector<int64_t> shape;
  bool parameter;
};

/// The tensors of an operation in state_dict order; empty for one without parameters.
std::vector<TensorSlot> tensor_slots(const Operation& operation);

class Graph {
 public:
  /// Adds a node to the part being built and returns its id. Inputs must exist already.
  NodeId add(std::string name, Operation operation, std::vector<NodeId> inputs);

  /// All nodes added from here on belong to the head.
  void begin_head() { part_ = Part::head; }

  const std::vector<Node>& nodes() const { return nodes_; }
  NodeId output() const { return nodes_.size() - 1; }

  /// The output of a module path: its last node. Throws NETWORK for a path that names none.
  NodeId output_of(const std::string& module) const;

  NodeId embedding = 0;  // the features below the last linear layer
  Initialisation initialisation = Initialisation::fan_in_uniform;

 private:
  std::vector<Node> nodes_;
  Part part_ = Part::trunk;
};

/// Channels of the node's output, followed through the list.
int64_t channels(const Graph& graph, NodeId node);

/// The output of every node for one photograph of height x width: {channels, height, width}, or {features}
/// behind the pooling. Throws NETWORK for a photograph that leaves nothing of some output.
std::vector<std::vector<int64_t>> output_shapes(const Graph& graph, int64_t height, int64_t width);

/// The least pixels a side that leave something of every output.
int64_t minimum_input_size(const Graph& graph);

/// Multiplications that are followed by an addition, for one photograph whose output has this shape;
/// convolutions and linear layers only, as is the custom, those that give cosines too.
int64_t multiply_adds(const Operation& operation, const std::vector<int64_t>& output_shape);

/// Builds the network named by the specification. Throws NETWORK for an unknown architecture.
Graph build_network(const NetworkSpec& spec);

}  // namespace facecls
