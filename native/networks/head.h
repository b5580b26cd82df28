// Heads over the pooled features that more than one network has.
#pragma once

#include "networks/graph.h"

namespace facecls {

/// head.0, head.3, ... are linear, each but the last followed by its activation and dropout, numbered as an
/// nn.Sequential of (Linear, activation, Dropout) triples would be.
void add_mlp_head(Graph& graph, NodeId features, const HeadSpec& head);

/// Adds logits, scale * cos of the angles between the features and a weight a class.
void add_cosines(Graph& graph, NodeId features, const HeadSpec& head);

/// Begins the head: the one asked for, or the network's own where that is dropout and one linear layer of
/// these names. Throws NETWORK for an embedding head, which such a network lacks.
void add_head(Graph& graph, NodeId features, const HeadSpec& head, const std::string& dropout,
              const std::string& linear);

}  // namespace facecls
