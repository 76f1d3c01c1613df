#!/usr/bin/env bash
# The disk image for macOS: not built or tried where this was written, which has no macOS.
#
#   SIGN="Developer ID Application: NAME (TEAM)" NOTARY_PROFILE=NAME packaging/macos/dmg.sh
#
# Without SIGN the program is signed for this machine alone. NOTARY_PROFILE names credentials that
# 'xcrun notarytool store-credentials' has put into the keychain.
set -euo pipefail
cd "$(dirname "$0")/../.."
[ "$(uname)" = Darwin ] || { echo "This runs on macOS only." >&2; exit 1; }

uv run --group bundle python packaging/bundle.py
app="dist/MedsDesk.app"
identity="${SIGN:--}"
options=(--force --timestamp --options runtime)
[ "$identity" = - ] && options=(--force)
# From the inside out: every library by itself, then the program.
find "$app" -type f \( -name '*.dylib' -o -name '*.so' \) -print0 |
  while IFS= read -r -d '' file; do codesign "${options[@]}" --sign "$identity" "$file"; done
codesign "${options[@]}" --entitlements packaging/macos/entitlements.plist --sign "$identity" "$app"
codesign --verify --deep --strict "$app"

version="$(uv run python -c 'from importlib.metadata import version; print(version("medsdesk"))')"
image="dist/MedsDesk-$version-$(uname -m).dmg"
rm -f "$image"
hdiutil create -volname MedsDesk -srcfolder "$app" -format UDZO -ov "$image"
if [ -n "${NOTARY_PROFILE:-}" ]; then
  xcrun notarytool submit "$image" --keychain-profile "$NOTARY_PROFILE" --wait
  xcrun stapler staple "$image"
fi
shasum -a 256 "$image" | tee "$image.sha256"
