#!/bin/sh
# The browser tests drive the system's Chromium. Install it through the package manager if there is none: the one
# without a window, where there is such a package (Debian), since tests take a quarter less time in it.
for name in chromium-headless-shell chromium chromium-browser google-chrome google-chrome-stable; do
  command -v "$name" >/dev/null 2>&1 && exit 0
done
[ -n "$CHROMIUM" ] && [ -x "$CHROMIUM" ] && exit 0
[ "$(uname)" = Darwin ] && [ -x "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" ] && exit 0
if [ "$(id -u)" = 0 ]; then as_root=""; elif command -v sudo >/dev/null 2>&1; then as_root="sudo"; else as_root="none"; fi
if [ "$as_root" != none ]; then
  if command -v apt-get >/dev/null 2>&1; then
    $as_root apt-get update -qq
    apt-cache show chromium-headless-shell >/dev/null 2>&1 && package=chromium-headless-shell || package=chromium
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $package >/dev/null && exit 0
  elif command -v dnf >/dev/null 2>&1; then $as_root dnf install -y -q chromium && exit 0
  elif command -v pacman >/dev/null 2>&1; then $as_root pacman -S --noconfirm --quiet chromium && exit 0
  elif command -v apk >/dev/null 2>&1; then $as_root apk add --quiet chromium && exit 0
  fi
fi
echo "The browser tests need Chromium, and it could not be installed here. Install Chromium or Google Chrome," >&2
echo "or set CHROMIUM=/path/to/the/browser, then run make test again." >&2
exit 1
