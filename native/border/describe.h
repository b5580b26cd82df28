// What a network is made of, as the plain data that freezing policies, weight files and summaries read.
#pragma once

#include <napi.h>

#include "networks/graph.h"

namespace facecls {

/// NetworkDescription of lib/native/addon.ts. `dtype` names the type of the floating-point tensors.
Napi::Object describe(Napi::Env env, const Graph& graph, const std::string& dtype);

/// OperationSummary[] of lib/native/addon.ts, for one photograph of this size.
Napi::Array summarise(Napi::Env env, const Graph& graph, int64_t height, int64_t width);

}  // namespace facecls
