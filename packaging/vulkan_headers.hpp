// Included before every C++ file of the Vulkan build, for Debian 12, whose Vulkan headers (1.3.239)
// are older than VK_EXT_layer_settings (1.3.272). llama.cpp names three of its types, and uses them
// only where validation is asked for, which a build for use is not.
#if defined(__cplusplus) && defined(ggml_vulkan_EXPORTS)
#include <vulkan/vulkan_core.h>  // not vulkan.hpp, which llama.cpp sets options for first
#if VK_HEADER_VERSION < 272
#include <cstdint>
#include <vector>

namespace vk {

enum class LayerSettingTypeEXT : int32_t { eBool32 = 0 };

struct LayerSettingEXT {
    const char * pLayerName;
    const char * pSettingName;
    LayerSettingTypeEXT type;
    uint32_t valueCount;
    const void * pValues;
};

struct LayerSettingsCreateInfoEXT {
    VkStructureType sType = static_cast<VkStructureType>(1000496000);
    const void * pNext = nullptr;
    uint32_t settingCount = 0;
    const LayerSettingEXT * pSettings = nullptr;

    LayerSettingsCreateInfoEXT(const std::vector<LayerSettingEXT> & settings)
        : settingCount(static_cast<uint32_t>(settings.size())), pSettings(settings.data()) {}
};

}  // namespace vk
#endif
#endif
