#include "border/model_object.h"

#include <algorithm>

#include "border/describe.h"
#include "border/read_specs.h"
#include "border/values.h"
#include "inference/predict.h"

namespace facecls {

namespace {

const char* dtype_name(const Model& model) {
  return model.network().dtype() == at::kDouble ? "float64" : "float32";
}

template <typename Array>
Napi::Value copy_of(Napi::Env env, const at::Tensor& tensor) {
  Array array = Array::New(env, tensor.numel());
  std::memcpy(array.Data(), tensor.const_data_ptr(), tensor.nbytes());
  return array;
}

Napi::Value to_js(Napi::Env env, const std::vector<Output>& outputs) {
  Napi::Array result = Napi::Array::New(env, outputs.size());
  for (uint32_t i = 0; i < outputs.size(); ++i) {
    const at::Tensor& tensor = outputs[i].tensor;
    Napi::Object output = Napi::Object::New(env);
    output.Set("name", outputs[i].name);
    output.Set("shape", facecls::to_js(env, tensor.sizes().vec()));
    output.Set("data", tensor.scalar_type() == at::kDouble ? copy_of<Napi::Float64Array>(env, tensor)
                                                           : copy_of<Napi::Float32Array>(env, tensor));
    result.Set(i, output);
  }
  return result;
}

template <typename Array, typename Value>
Array typed(Napi::Env env, const std::vector<Value>& values) {
  Array array = Array::New(env, values.size());
  std::copy(values.begin(), values.end(), array.Data());
  return array;
}

Napi::Value to_js(Napi::Env env, const EvaluateResult& evaluated) {
  Napi::Object result = Napi::Object::New(env);
  result.Set("loss", typed<Napi::Float64Array>(env, evaluated.loss));
  result.Set("weight", evaluated.weight);
  result.Set("rank", typed<Napi::Int32Array>(env, evaluated.rank));
  result.Set("predicted", typed<Napi::Int32Array>(env, evaluated.predicted));
  result.Set("probability", typed<Napi::Float64Array>(env, evaluated.probability));
  result.Set("topProbability", typed<Napi::Float64Array>(env, evaluated.top_probability));
  return result;
}

const char* name_of(Precision precision) {
  if (precision == Precision::float64) return "float64";
  return precision == Precision::bfloat16 ? "bfloat16" : "float32";
}

Napi::Value to_js(Napi::Env env, const EngineResult& engine) {
  Napi::Object result = Napi::Object::New(env);
  result.Set("network", engine.folded ? "folded" : "plain");
  result.Set("precision", name_of(engine.precision));
  result.Set("reason", engine.reason);
  return result;
}

}  // namespace

Napi::Function ModelObject::define(Napi::Env env) {
  return DefineClass(
      env, "NativeModel",
      {InstanceAccessor<&ModelObject::description>("description"),
       InstanceMethod<&ModelObject::state>("state"), InstanceMethod<&ModelObject::load>("load"),
       InstanceMethod<&ModelObject::optimize_for_inference>("optimizeForInference"),
       InstanceMethod<&ModelObject::forward>("forward"), InstanceMethod<&ModelObject::evaluate>("evaluate"),
       InstanceMethod<&ModelObject::close>("close")});
}

ModelObject::ModelObject(const Napi::CallbackInfo& info)
    : Napi::ObjectWrap<ModelObject>(info), handle_("model", unwrap_argument<ServedModel>(info)) {}

Napi::Value ModelObject::description(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&]() -> Napi::Value {
    const Model& model = handle_.lease().open().model();
    return describe(info.Env(), model.network().graph(), dtype_name(model));
  });
}

Napi::Value ModelObject::state(const Napi::CallbackInfo& info) {
  return promised(info.Env(), [&] {
    const auto work = [lease = handle_.lease()] { return lease.open().model().state(); };
    return Environment::of(info.Env()).submit(Priority::training, work, [](Napi::Env env, const auto& state) {
      return state_to_js(env, state);
    });
  });
}

Napi::Value ModelObject::load(const Napi::CallbackInfo& info) {
  return promised(info.Env(), [&] {
    const auto work = [lease = handle_.lease(), tensors = read_state(info[0])] {
      lease.open().model().load(tensors);
      return true;
    };
    return Environment::of(info.Env()).submit(Priority::inference, work, [](Napi::Env env, bool) {
      return env.Undefined();
    });
  });
}

Napi::Value ModelObject::optimize_for_inference(const Napi::CallbackInfo& info) {
  return promised(info.Env(), [&] {
    Environment& environment = Environment::of(info.Env());
    const auto work = [lease = handle_.lease(), spec = read_engine(info[0]),
                       checkpoint = environment.checkpoint()] {
      return lease.open().optimize(spec, checkpoint);
    };
    return environment.submit(Priority::inference, work,
                              [](Napi::Env env, const EngineResult& result) { return to_js(env, result); });
  });
}

Napi::Value ModelObject::forward(const Napi::CallbackInfo& info) {
  return promised(info.Env(), [&] {
    Environment& environment = Environment::of(info.Env());
    const auto work = [lease = handle_.lease(), spec = read_forward(info[0]),
                       checkpoint = environment.checkpoint()] {
      return spec.flip ? predict_both(lease.open(), spec.batch, spec.outputs, checkpoint)
                       : predict(lease.open(), spec.batch, spec.outputs, checkpoint);
    };
    return environment.submit(Priority::inference, work,
                              [](Napi::Env env, const auto& outputs) { return to_js(env, outputs); });
  });
}

Napi::Value ModelObject::evaluate(const Napi::CallbackInfo& info) {
  return promised(info.Env(), [&] {
    Environment& environment = Environment::of(info.Env());
    const auto work = [lease = handle_.lease(), spec = read_evaluate(info[0]),
                       checkpoint = environment.checkpoint()] {
      return facecls::evaluate(lease.open(), spec.batch, spec.labels, spec.loss, spec.flip, checkpoint);
    };
    return environment.submit(Priority::training, work,
                              [](Napi::Env env, const EvaluateResult& result) { return to_js(env, result); });
  });
}

void ModelObject::close(const Napi::CallbackInfo&) { handle_.close(); }

Napi::Value create_model(const Napi::CallbackInfo& info) {
  return promised(info.Env(), [&] {
    Environment& environment = Environment::of(info.Env());
    const auto work = [spec = read_model(info[0])] { return std::make_shared<ServedModel>(spec); };
    return environment.submit(
        Priority::inference, work,
        [&environment](Napi::Env env, const std::shared_ptr<ServedModel>& model) -> Napi::Value {
          return wrap(env, environment.model_class, model);
        });
  });
}

}  // namespace facecls
