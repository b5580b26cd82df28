#include "border/pack_object.h"

#include "border/pool_worker.h"
#include "border/read_batch.h"
#include "border/values.h"

namespace facecls {

namespace {

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
       InstanceMethod<&PackObject::take>("take"), InstanceMethod<&PackObject::checksums>("checksums"),
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

Napi::Value PackObject::write(const Napi::CallbackInfo& info) { return write(info, /*given_away=*/false); }

Napi::Value PackObject::take(const Napi::CallbackInfo& info) { return write(info, /*given_away=*/true); }

Napi::Value PackObject::write(const Napi::CallbackInfo& info, bool given_away) {
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
    const auto work = [lease, index, data = pixels.Data(), height, width] {
      return lease.open().write(index, data, height, width);
    };
    const auto convert = [](Napi::Env env, uint32_t checksum) { return Napi::Value::From(env, checksum); };
    auto* worker = new PoolWorker(info.Env(), work, convert);
    // A view of a larger buffer, such as Node's pool, is not the caller's to give away.
    const bool is_whole = pixels.ByteLength() == pixels.ArrayBuffer().ByteLength();
    worker->keep(pixels, given_away && is_whole);
    return worker->start();
  });
}

Napi::Value PackObject::checksums(const Napi::CallbackInfo& info) {
  return promised(info.Env(), [&]() -> Napi::Value {
    auto lease = handle_.lease();
    const int64_t total = lease.object->count();
    const int64_t first = integer_argument(info, 0, "first", total);
    const int64_t count = integer_argument(info, 1, "count", total - first);
    const auto work = [lease, first, count] {
      const PixelPack& pack = lease.open();
      std::vector<uint32_t> checksums(count);
      for (int64_t i = 0; i < count; ++i) checksums[i] = pack.checksum(first + i);
      return checksums;
    };
    const auto convert = [](Napi::Env env, const std::vector<uint32_t>& checksums) {
      Napi::Uint32Array array = Napi::Uint32Array::New(env, checksums.size());
      std::copy(checksums.begin(), checksums.end(), array.Data());
      return array;
    };
    return (new PoolWorker(info.Env(), work, convert))->start();
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
    auto pack = std::make_shared<PixelPack>(spec.count, spec.height, spec.width, spec.file);
    return wrap(info.Env(), Environment::of(info.Env()).pack_class, std::move(pack));
  });
}

}  // namespace facecls
