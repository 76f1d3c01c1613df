#!/usr/bin/env bash
# Builds the Debian package, installs it on this machine, tries it without network, removes it.
# For a throw-away Debian machine; needs root, Python, pip and a compiler.
#
#   packaging/deb_lane.sh            builds program folder and package first
#   packaging/deb_lane.sh PACKAGE    tries a package that is there
set -euo pipefail
cd "$(dirname "$0")/.."
[ "$(id -u)" = 0 ] || { echo "This lane installs a package, so it needs root." >&2; exit 1; }

package="${1:-}"
if [ -z "$package" ]; then
  command -v uv >/dev/null || python3 -m pip install --quiet uv || python3 -m pip install --quiet --break-system-packages uv
  # binutils tells PyInstaller what a library needs.
  apt-get install -y -qq --no-install-recommends binutils >/dev/null
  uv run --group bundle python packaging/bundle.py
  python3 packaging/deb.py
  package="$(ls -t dist/medsdesk_*.deb | head -1)"
fi

say() { printf '== %s\n' "$*"; }
home="$(mktemp -d)"
trap 'rm -rf "$home"' EXIT
export HOME="$home" XDG_CONFIG_HOME="$home/config" XDG_DATA_HOME="$home/data" XDG_STATE_HOME="$home/state"
export QT_QPA_PLATFORM=offscreen
# The program has no network of its own; a namespace without any proves that it needs none.
alone() { if unshare -rn true 2>/dev/null; then unshare -rn "$@"; else echo "no namespaces here: with the machine's own network" >&2; "$@"; fi; }

say "install"
apt-get install -y -qq --no-install-recommends "$(realpath "$package")" >/dev/null
cd / # nothing of the checkout may be found by chance
hash -r
say "version: $(medsdesk --version)"
(cd /opt/medsdesk && sha256sum --quiet -c SHA256SUMS) && say "every file has its SHA-256"

say "doctor, without network"
alone medsdesk doctor | tee "$home/doctor.txt"
grep -q "^ok    engine " "$home/doctor.txt"

say "a task, without network"
printf 'Synthetic text: the patient took 5 mg of amlodipine and had no oedema.\n' >"$home/text.txt"
alone medsdesk run task112 --text "$home/text.txt" --max-new-tokens 8 --json >"$home/answer.json"
grep -q '"finish_reason"' "$home/answer.json"

say "the window, without network"
code=0
alone timeout --signal=TERM 20 medsdesk gui || code=$?
[ "$code" = 124 ] || { echo "the window ended by itself with code $code" >&2; exit 1; }

say "remove"
apt-get remove -y -qq medsdesk >/dev/null
left="$(find /opt/medsdesk /usr/bin/medsdesk /usr/share/applications/medsdesk.desktop /usr/share/icons/hicolor/scalable/apps/medsdesk.svg /usr/share/doc/medsdesk 2>/dev/null || true)"
[ -z "$left" ] || { echo "left behind: $left" >&2; exit 1; }
[ -n "$(find "$home/data" -name '*.sqlite' -o -name '*.db' | head -1)" ] || { echo "the user's data is gone" >&2; exit 1; }
say "nothing is left but the user's data"
