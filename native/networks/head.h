// Heads over the pooled features that more than one network has.
#pragma once

#include "networks/graph.h"

namespace facecls {

/// head.0, head.3, ... are linear, each but the last followed by its activation and dropout, numbered as an
/// nn.Sequential of (Linear, activation, Dropout) triples would be.
void add_mlp_head(Graph& graph, NodeId features, const HeadSpec& head);

/// A network's own classifier: dropout, then one linear layer.
void add_linear_classifier(Graph& graph, NodeId features, const std::string& dropout,
                           const std::string& linear, const HeadSpec& head);

}  // namespace facecls
