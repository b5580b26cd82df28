#include "border/pack_object.h"

#include "border/read_specs.h"
#include "border/values.h"

namespace facecls {

namespace {

/// Resizes one photograph into its record on libuv's pool: no LibTorch is involved, and decoding, which is
/// ten times as much work, runs there too.
class WriteWorker : public Napi::AsyncWorker {
 public:
  WriteWorker(Napi::Env env, Handle<PixelPack>::Lease lease, int64_t index, Napi::Uint8Array pixels,
              int64_t height, int64_t width)
      : Napi::AsyncWorker(env),
        deferred_(Napi::Promise::Deferred::New(env)),
        lease_(std::move(lease)),
        index_(index),
        data_(pixels.Data()),
        height_(height),
        width_(width),
        keep_(Napi::Persistent(pixels.As<Napi::Object>())) {}

  Napi::Promise promise() const { return deferred_.Promise(); }

 protected:
  void Execute() override {
    try {
      lease_.open().write(index_, data_, height_, width_);
    } catch (...) {
      failure_ = std::current_exception();
    }
  }

  void OnOK() override {
    if (failure_) {
      deferred_.Reject(to_js_error(Env(), failure_));
    } else {
      deferred_.Resolve(Env().Undefined());
    }
  }

 private:
  Napi::Promise::Deferred deferred_;
  Handle<PixelPack>::Lease lease_;
  int64_t index_;
  const uint8_t* data_;
  int64_t height_, width_;
  Napi::ObjectReference keep_;  // the bytes belong to JavaScript while they are read
  std::exception_ptr failure_;
};

int64_t integer_argument(const Napi::CallbackInfo& info, size_t position, const char* name, int64_t maximum) {
  const double given = info[position].IsNumber() ? info[position].As<Napi::Number>().DoubleValue() : -1;
  if (!(given >= 0 && given <= static_cast<double>(maximum)) ||
      given != static_cast<double>(static_cast<int64_t>(given))) {
    throw Napi::RangeError::New(
        info.Env(), "Expected an integer between 0 and " + std::to_string(maximum) + " for " + name);
  }
  return static_cast<int64_t>(given);
}

}  // namespace

Napi::Function PackObject::define(Napi::Env env) {
  return DefineClass(
      env, "NativePixelPack",
      {InstanceAccessor<&PackObject::count>("count"), InstanceAccessor<&PackObject::height>("height"),
       InstanceAccessor<&PackObject::width>("width"), InstanceMethod<&PackObject::write>("write"),
       InstanceMethod<&PackObject::read>("read"), InstanceMethod<&PackObject::close>("close")});
}

PackObject::PackObject(const Napi::CallbackInfo& info)
    : Napi::ObjectWrap<PackObject>(info), handle_("pixel pack", unwrap_argument<PixelPack>(info)) {}

Napi::Value PackObject::count(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&] { return Napi::Value::From(info.Env(), handle_.lease().object->count()); });
}

Napi::Value PackObject::height(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&] { return Napi::Value::From(info.Env(), handle_.lease().object->height()); });
}

Napi::Value PackObject::width(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&] { return Napi::Value::From(info.Env(), handle_.lease().object->width()); });
}

Napi::Value PackObject::write(const Napi::CallbackInfo& info) {
  return promised(info.Env(), [&]() -> Napi::Value {
    auto lease = handle_.lease();
    const int64_t index = integer_argument(info, 0, "index", lease.object->count() - 1);
    const int64_t height = integer_argument(info, 2, "height", kLargestSide);
    const int64_t width = integer_argument(info, 3, "width", kLargestSide);
    if (!info[1].IsTypedArray() || info[1].As<Napi::TypedArray>().TypedArrayType() != napi_uint8_array) {
      throw Napi::TypeError::New(info.Env(), "Expected a Uint8Array for pixels");
    }
    const auto pixels = info[1].As<Napi::Uint8Array>();
    if (height == 0 || width == 0 || static_cast<int64_t>(pixels.ElementLength()) != height * width * 3) {
      throw Napi::RangeError::New(info.Env(), "Expected height x width x 3 bytes for pixels");
    }
    auto* worker = new WriteWorker(info.Env(), std::move(lease), index, pixels, height, width);
    const Napi::Promise promise = worker->promise();
    worker->Queue();  // It deletes itself when it is done.
    return promise;
  });
}

Napi::Value PackObject::read(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&]() -> Napi::Value {
    const PixelPack& pack = handle_.lease().open();
    const uint8_t* record = pack.record(integer_argument(info, 0, "index", pack.count() - 1));
    return to_js(info.Env(), std::vector<uint8_t>(record, record + pack.record_bytes()));
  });
}

void PackObject::close(const Napi::CallbackInfo&) { handle_.close(); }

Napi::Value create_pack(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&]() -> Napi::Value {
    const PackSpec spec = read_pack(info[0]);
    auto pack = std::make_shared<PixelPack>(spec.count, spec.height, spec.width);
    return wrap(info.Env(), Environment::of(info.Env()).pack_class, std::move(pack));
  });
}

}  // namespace facecls
