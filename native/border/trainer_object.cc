#include "border/trainer_object.h"

#include "border/read_specs.h"
#include "border/values.h"

namespace facecls {

namespace {

Napi::Value to_js(Napi::Env env, const StepResult& step) {
  Napi::Object result = Napi::Object::New(env);
  result.Set("loss", step.loss);
  result.Set("weight", step.weight);
  result.Set("correct", static_cast<double>(step.correct));
  result.Set("count", static_cast<double>(step.count));
  result.Set("gradientNorm", step.gradient_norm ? Napi::Number::New(env, *step.gradient_norm) : env.Null());
  return result;
}

const char* name_of(Prefix prefix) {
  if (prefix == Prefix::none) return "none";
  return prefix == Prefix::folded ? "folded" : "plain";
}

Napi::Value to_js(Napi::Env env, const StageResult& stage) {
  Napi::Object result = Napi::Object::New(env);
  result.Set("trainableParameters", static_cast<double>(stage.trainable_parameters));
  result.Set("prefix", name_of(stage.prefix));
  result.Set("reason", stage.reason);
  return result;
}

}  // namespace

Napi::Function TrainerObject::define(Napi::Env env) {
  return DefineClass(
      env, "NativeTrainer",
      {InstanceMethod<&TrainerObject::set_stage>("setStage"), InstanceMethod<&TrainerObject::step>("step"),
       InstanceMethod<&TrainerObject::swap_average>("swapAverage"),
       InstanceMethod<&TrainerObject::state>("state"), InstanceMethod<&TrainerObject::load>("load"),
       InstanceMethod<&TrainerObject::close>("close")});
}

TrainerObject::TrainerObject(const Napi::CallbackInfo& info)
    : Napi::ObjectWrap<TrainerObject>(info), handle_("trainer", unwrap_argument<Trainer>(info)) {}

Napi::Value TrainerObject::set_stage(const Napi::CallbackInfo& info) {
  return promised(info.Env(), [&] {
    const auto work = [lease = handle_.lease(), stage = read_stage(info[0])] {
      return lease.open().set_stage(stage);
    };
    return Environment::of(info.Env())
        .submit(Priority::training, work,
                [](Napi::Env env, const StageResult& result) { return to_js(env, result); });
  });
}

Napi::Value TrainerObject::step(const Napi::CallbackInfo& info) {
  return promised(info.Env(), [&] {
    Environment& environment = Environment::of(info.Env());
    const auto work = [lease = handle_.lease(), step = read_step(info[0]),
                       checkpoint = environment.checkpoint()] { return lease.open().step(step, checkpoint); };
    return environment.submit(Priority::training, work,
                              [](Napi::Env env, const StepResult& result) { return to_js(env, result); });
  });
}

Napi::Value TrainerObject::swap_average(const Napi::CallbackInfo& info) {
  return promised(info.Env(), [&] {
    const auto work = [lease = handle_.lease()] {
      lease.open().swap_average();
      return true;
    };
    return Environment::of(info.Env()).submit(Priority::training, work, [](Napi::Env env, bool) {
      return env.Undefined();
    });
  });
}

Napi::Value TrainerObject::state(const Napi::CallbackInfo& info) {
  return promised(info.Env(), [&] {
    const auto work = [lease = handle_.lease()] { return lease.open().state(); };
    return Environment::of(info.Env()).submit(Priority::training, work, [](Napi::Env env, const auto& state) {
      return state_to_js(env, state);
    });
  });
}

Napi::Value TrainerObject::load(const Napi::CallbackInfo& info) {
  return promised(info.Env(), [&] {
    const auto work = [lease = handle_.lease(), tensors = read_state(info[0])] {
      lease.open().load(tensors);
      return true;
    };
    return Environment::of(info.Env()).submit(Priority::training, work, [](Napi::Env env, bool) {
      return env.Undefined();
    });
  });
}

void TrainerObject::close(const Napi::CallbackInfo&) { handle_.close(); }

Napi::Value create_trainer(const Napi::CallbackInfo& info) {
  return promised(info.Env(), [&] {
    Environment& environment = Environment::of(info.Env());
    const auto work = [spec = read_trainer(info[0])] {
      // The trainer keeps all of it alive, and knows the model alone.
      const std::shared_ptr<Model> model(spec.model.object, &spec.model.open().model());
      return std::make_shared<Trainer>(model, spec.optimizer, spec.loss, spec.augmentation, spec.mixing,
                                       spec.clip_norm, spec.average_decay, spec.seed);
    };
    return environment.submit(
        Priority::training, work,
        [&environment](Napi::Env env, const std::shared_ptr<Trainer>& trainer) -> Napi::Value {
          return wrap(env, environment.trainer_class, trainer);
        });
  });
}

}  // namespace facecls
