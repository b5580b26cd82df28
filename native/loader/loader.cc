// What Node loads: opens LibTorch and the core by absolute path, and hands back what the core exports.
#include <dlfcn.h>
#include <napi.h>
#include <stdlib.h>

#include <mutex>
#include <optional>
#include <string>

namespace facecls {
namespace {

using CoreInit = napi_value (*)(napi_env, napi_value);

// How LibTorch's threads wait for work. libgomp reads it from the environment when it is loaded, so the first
// environment that loads LibTorch decides for the process; a user's own setting wins.
enum class Waiting { spin, sleep };

// Holds the setting in the environment while libgomp is loaded, and takes it back: child processes are not to
// inherit it.
class WaitingSetting {
 public:
  explicit WaitingSetting(Waiting waiting) {
    if (getenv("OMP_WAIT_POLICY") != nullptr || getenv("GOMP_SPINCOUNT") != nullptr) return;
    name_ = waiting == Waiting::sleep ? "OMP_WAIT_POLICY" : "GOMP_SPINCOUNT";
    // 5000 turns are about 0.1 ms, a little more than the gaps between two operations.
    setenv(name_, waiting == Waiting::sleep ? "PASSIVE" : "5000", 0);
  }
  ~WaitingSetting() {
    if (name_ != nullptr) unsetenv(name_);
  }
  WaitingSetting(const WaitingSetting&) = delete;
  WaitingSetting& operator=(const WaitingSetting&) = delete;

 private:
  const char* name_ = nullptr;
};

// The error carries the library's path, so that the caller can tell LibTorch from the core.
[[noreturn]] void fail(Napi::Env env, const std::string& path) {
  const char* reason = dlerror();
  auto error = Napi::Error::New(env, "Cannot load " + path + ": " + (reason ? reason : "unknown reason"));
  error.Value().Set("library", path);
  throw error;
}

// GLOBAL: later libraries find LibTorch's symbols. NODELETE: its static destructors race with the process's
// end.
void* open(Napi::Env env, const std::string& path) {
  void* handle = dlopen(path.c_str(), RTLD_NOW | RTLD_GLOBAL | RTLD_NODELETE);
  if (handle == nullptr) fail(env, path);
  return handle;
}

std::string absolute_path(Napi::Env env, const char* name, const Napi::Value& value) {
  std::string path = value.IsString() ? value.As<Napi::String>().Utf8Value() : "";
  if (path.empty() || path[0] != '/') {
    throw Napi::TypeError::New(env, std::string("Expected an absolute path for ") + name);
  }
  return path;
}

Waiting read_waiting(Napi::Env env, const Napi::Value& value) {
  const std::string waiting = value.IsString() ? value.As<Napi::String>().Utf8Value() : "";
  if (waiting != "spin" && waiting != "sleep") {
    throw Napi::TypeError::New(env, "Expected 'spin' or 'sleep' for waiting");
  }
  return waiting == "spin" ? Waiting::spin : Waiting::sleep;
}

// Worker threads may load at once; the first decides how threads wait.
void open_libraries(Napi::Env env, const Napi::Array& libraries, Waiting waiting) {
  static std::mutex one_at_a_time;
  static bool loaded = false;
  const std::lock_guard lock(one_at_a_time);
  std::optional<WaitingSetting> setting;
  if (!loaded) setting.emplace(waiting);
  for (uint32_t i = 0; i < libraries.Length(); ++i) {
    open(env, absolute_path(env, "libraries", libraries.Get(i)));
  }
  loaded = true;
}

// load({ libraries, core, waiting }): opens the libraries in their order, then the core, whose exports it
// returns. dlopen opens each file once a process; the core is initialised once for each environment (worker
// thread) that asks.
Napi::Value load(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  if (!info[0].IsObject() || !info[0].As<Napi::Object>().Get("libraries").IsArray()) {
    throw Napi::TypeError::New(env,
                               "Expected { libraries: string[], core: string, waiting: 'spin' | 'sleep' }");
  }
  auto spec = info[0].As<Napi::Object>();
  auto libraries = spec.Get("libraries").As<Napi::Array>();
  std::string core_path = absolute_path(env, "core", spec.Get("core"));

  const Waiting waiting = read_waiting(env, spec.Get("waiting"));
  open_libraries(env, libraries, waiting);
  void* core = open(env, core_path);
  auto init = reinterpret_cast<CoreInit>(dlsym(core, "facecls_core_init"));
  if (init == nullptr) fail(env, core_path);

  Napi::Object exports = Napi::Object::New(env);
  napi_value result = init(env, exports);
  if (env.IsExceptionPending()) throw env.GetAndClearPendingException();
  return Napi::Value(env, result);
}

Napi::Object init_loader(Napi::Env env, Napi::Object exports) {
  exports.Set("load", Napi::Function::New(env, load, "load"));
  exports.Set("libtorchMinor", Napi::String::New(env, FACECLS_LIBTORCH_MINOR));
  return exports;
}

}  // namespace

NODE_API_MODULE(facecls_torch, init_loader)

}  // namespace facecls
