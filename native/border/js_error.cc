#include "border/js_error.h"

#include <c10/util/Exception.h>

#include <new>
#include <stdexcept>

#include "border/compute_thread.h"
#include "coded_error.h"

namespace facecls {

namespace {

Napi::Value coded(Napi::Env env, const char* code, const std::string& message) {
  const Napi::Error error = Napi::Error::New(env, message);
  error.Set("code", Napi::String::New(env, code));
  return error.Value();
}

}  // namespace

Napi::Value to_js_error(Napi::Env env, const std::exception_ptr& thrown) {
  try {
    std::rethrow_exception(thrown);
  } catch (const Napi::Error& error) {
    return error.Value();
  } catch (const CodedError& error) {
    return coded(env, error.code().c_str(), error.what());
  } catch (const Cancelled&) {
    return coded(env, "ABORTED", "The work was ended");
  } catch (const c10::Error& error) {
    return coded(env, "NATIVE", error.what_without_backtrace());
  } catch (const std::out_of_range& error) {
    return Napi::RangeError::New(env, error.what()).Value();
  } catch (const std::bad_alloc&) {
    return coded(env, "NATIVE", "Out of memory; a smaller batch or image size needs less");
  } catch (const std::exception& error) {
    return coded(env, "NATIVE", error.what());
  } catch (...) {
    return coded(env, "NATIVE", "LibTorch failed for an unknown reason");
  }
}

}  // namespace facecls
