// Registers what JavaScript sees: the surface that lib/native/addon.ts types.

#include <ATen/Context.h>
#include <ATen/detail/CUDAHooksInterface.h>
#include <napi.h>
#include <torch/headeronly/version.h>

#include "border/describe.h"
#include "border/image_functions.h"
#include "border/lock_object.h"
#include "border/model_object.h"
#include "border/pack_object.h"
#include "border/read_specs.h"
#include "border/trainer_object.h"
#include "networks/precision.h"

namespace facecls {

namespace {

Napi::Value compute_info(const Napi::CallbackInfo& info) {
  Napi::Object result = Napi::Object::New(info.Env());
  result.Set("torchVersion", TORCH_VERSION);
  result.Set("threads", ComputeThread::instance().threads());
  result.Set("cudaDevices",
             at::hasCUDA() ? static_cast<double>(at::detail::getCUDAHooks().deviceCount()) : 0);
  Napi::Object bfloat16 = Napi::Object::New(info.Env());
  bfloat16.Set("cpu", computes_in_bfloat16(at::kCPU));
  bfloat16.Set("cuda", computes_in_bfloat16(at::kCUDA));
  result.Set("bfloat16", bfloat16);
  return result;
}

Napi::Value describe_network(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&]() -> Napi::Value {
    return describe(info.Env(), build_network(read_network(info[0])), "float32");
  });
}

Napi::Value summarise_network(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&]() -> Napi::Value {
    const SummarySpec spec = read_summary(info[0]);
    return summarise(info.Env(), build_network(spec.network), spec.height, spec.width);
  });
}

void stop(const Napi::CallbackInfo&) {
  if (ComputeThread* const thread = ComputeThread::existing()) thread->stop();
}

Napi::Object register_all(Napi::Env env, Napi::Object exports) {
  auto* const environment = new Environment(env);
  // From here on it lives as long as its cleanup hook: what follows throws in a worker thread that is being
  // terminated.
  env.SetInstanceData(environment);
  environment->pack_class = Napi::Persistent(PackObject::define(env));
  environment->model_class = Napi::Persistent(ModelObject::define(env));
  environment->trainer_class = Napi::Persistent(TrainerObject::define(env));
  environment->lock_class = Napi::Persistent(LockObject::define(env));

  exports.Set("computeInfo", Napi::Function::New<compute_info>(env));
  exports.Set("describeNetwork", Napi::Function::New<describe_network>(env));
  exports.Set("summariseNetwork", Napi::Function::New<summarise_network>(env));
  exports.Set("createPack", Napi::Function::New<create_pack>(env));
  exports.Set("lockFile", Napi::Function::New<lock_file>(env));
  exports.Set("createModel", Napi::Function::New<create_model>(env));
  exports.Set("createTrainer", Napi::Function::New<create_trainer>(env));
  exports.Set("drawAugmentations", Napi::Function::New<draw_augmentations>(env));
  exports.Set("drawMixings", Napi::Function::New<draw_mixings>(env));
  exports.Set("augmentPixels", Napi::Function::New<augment_pixels>(env));
  exports.Set("makeBatch", Napi::Function::New<make_batch>(env));
  exports.Set("stop", Napi::Function::New<stop>(env));
  return exports;
}

}  // namespace

}  // namespace facecls

extern "C" __attribute__((visibility("default"))) napi_value facecls_core_init(napi_env env,
                                                                               napi_value exports) {
  return Napi::RegisterModule(env, exports, facecls::register_all);
}
