#!/usr/bin/env bash
# Tests of layers on a graphics card, where there is none: llama.cpp built for Vulkan, on Mesa's
# software driver. Needs Python, pip and a compiler; on Debian it installs the rest itself.
#
#   packaging/vulkan_lane.sh [pytest's options]
#
# MEDSDESK_CARD=1 leaves driver and card to the system, for a machine that has a card.
set -euo pipefail
cd "$(dirname "$0")/.."

if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
  apt-get update -qq || true
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    libvulkan-dev mesa-vulkan-drivers glslc spirv-headers >/dev/null \
    || echo "Debian packages could not be installed; going on"
fi

command -v uv >/dev/null || python3 -m pip install --quiet uv || python3 -m pip install --quiet --break-system-packages uv
command -v uv >/dev/null || uv() { python3 -m uv "$@"; }

# The version that the program itself runs with; what was built for another is not taken.
version="$(uv run python -c 'from importlib.metadata import version; print(version("llama-cpp-python"))')"
lane="$PWD/.vulkan"
build="$lane/$version"
if [ ! -f "$build/llama_cpp/lib/libggml-vulkan.so" ]; then
  echo "Building llama.cpp for Vulkan, about 6 minutes on two cores"
  rm -rf "$build" "$lane/wheel"
  CMAKE_ARGS="-DGGML_NATIVE=OFF -DLLAVA_BUILD=OFF -DGGML_VULKAN=ON" \
    CXXFLAGS="-include \"$PWD/packaging/vulkan_headers.hpp\"" \
    uv tool run pip wheel --quiet --no-deps --no-cache-dir --no-binary llama-cpp-python \
    --wheel-dir "$lane/wheel" "llama-cpp-python==$version"
  # Moved when it is whole, so that a build that was stopped is not taken for one.
  uv run python -m zipfile -e "$lane"/wheel/*.whl "$lane/wheel/open"
  mv "$lane/wheel/open" "$build"
  rm -rf "$lane/wheel"
fi

export LLAMA_CPP_LIB_PATH="$build/llama_cpp/lib"
export MEDSDESK_VULKAN_LANE=1 # a card that is not seen is a fault here, and no reason to skip
if [ -z "${MEDSDESK_CARD:-}" ]; then
  drivers=(/usr/share/vulkan/icd.d/lvp_icd*.json)
  if [ ! -f "${drivers[0]}" ]; then
    echo "Mesa's software driver is not installed; on Debian it is in mesa-vulkan-drivers." >&2
    exit 1
  fi
  export VK_ICD_FILENAMES="${drivers[0]}" VK_DRIVER_FILES="${drivers[0]}"
  export GGML_VK_VISIBLE_DEVICES=0             # unnamed, a device that is a processor is passed over
  export MESA_SHADER_CACHE_DIR="$lane/shaders" # a cold cache costs 14 seconds
fi
uv run pytest -m vulkan "$@"
