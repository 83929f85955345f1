#!/bin/sh
# The browser of the end-to-end tests: Debian's chromium. Installed when it is missing and we may (root).
set -e
command -v chromium >/dev/null 2>&1 && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "installing Debian's chromium for the browser tests"
    apt-get update -q >/dev/null && apt-get install -y -q --no-install-recommends chromium >/dev/null && exit 0
fi
echo "the browser tests need Debian's package chromium: apt-get install chromium" >&2
exit 1
