# A bridge for tools that speak node-gyp, prebuildify first: the build itself is CMakeLists.txt, through cmake-js.
{
  "targets": [
    {
      "target_name": "facecls_torch",
      "type": "none",
      "actions": [
        {
          "action_name": "build_with_cmake_js",
          "inputs": [],
          "outputs": ["<(module_root_dir)/build/Release/facecls_torch.node"],
          "action": ["node", "<(module_root_dir)/scripts/build-native.mjs"]
        }
      ]
    }
  ]
}
