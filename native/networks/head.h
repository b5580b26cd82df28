// The head that replaces a network's own classifier: linear layers over the pooled features.
#pragma once

#include "networks/graph.h"

namespace facecls {

/// head.0, head.3, ... are linear, each but the last followed by its activation and dropout, numbered as an
/// nn.Sequential of (Linear, activation, Dropout) triples would be.
void add_mlp_head(Graph& graph, NodeId features, const HeadSpec& head);

}  // namespace facecls
