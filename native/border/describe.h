// What a network is made of, as the plain data that freezing policies, weight files and summaries read.
#pragma once

#include <napi.h>

#include "networks/graph.h"

namespace facecls {

/// NetworkDescription of lib/native/addon.ts. `dtype` names the type of the floating-point tensors.
Napi::Object describe(Napi::Env env, const Graph& graph, const std::string& dtype);

}  // namespace facecls
