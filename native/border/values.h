// Native values as JavaScript ones. Small results are copied: some runtimes refuse external array buffers.
#pragma once

#include <napi.h>

#include <cstring>
#include <string>
#include <vector>

#include "specs.h"

namespace facecls {

inline Napi::Array to_js(Napi::Env env, const std::vector<std::string>& strings) {
  Napi::Array array = Napi::Array::New(env, strings.size());
  for (uint32_t i = 0; i < strings.size(); ++i) array.Set(i, strings[i]);
  return array;
}

inline Napi::Array to_js(Napi::Env env, const std::vector<int64_t>& numbers) {
  Napi::Array array = Napi::Array::New(env, numbers.size());
  for (uint32_t i = 0; i < numbers.size(); ++i) array.Set(i, static_cast<double>(numbers[i]));
  return array;
}

inline Napi::Uint8Array to_js(Napi::Env env, const std::vector<uint8_t>& bytes) {
  Napi::Uint8Array array = Napi::Uint8Array::New(env, bytes.size());
  if (!bytes.empty()) std::memcpy(array.Data(), bytes.data(), bytes.size());
  return array;
}

inline Napi::Array state_to_js(Napi::Env env, const std::vector<StateTensor>& state) {
  Napi::Array result = Napi::Array::New(env, state.size());
  for (uint32_t i = 0; i < state.size(); ++i) {
    Napi::Object tensor = Napi::Object::New(env);
    tensor.Set("name", state[i].name);
    tensor.Set("shape", to_js(env, state[i].shape));
    tensor.Set("dtype", state[i].dtype);
    tensor.Set("data", to_js(env, state[i].data));
    result.Set(i, tensor);
  }
  return result;
}

}  // namespace facecls
