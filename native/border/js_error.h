// Turns whatever native code throws into a JavaScript error that carries a code.
#pragma once

#include <napi.h>

#include <exception>

namespace facecls {

/// An Error with the property `code` and a message without LibTorch's backtrace; JavaScript errors pass
/// unchanged.
Napi::Value to_js_error(Napi::Env env, const std::exception_ptr& thrown);

/// Runs the body of a function that JavaScript called and rethrows what it throws as a JavaScript error.
template <typename Body>
Napi::Value guarded(Napi::Env env, Body&& body) {
  try {
    return body();
  } catch (const Napi::Error&) {
    throw;
  } catch (...) {
    throw Napi::Error(env, to_js_error(env, std::current_exception()));
  }
}

}  // namespace facecls
