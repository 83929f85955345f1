#!/bin/sh
# The browsers of the end-to-end tests and of the benchmarks: Debian's chromium-headless-shell, which is chromium without
# the windows of one and takes half its time; and chromium, for the tests of fingers. Installed when one is missing and we
# may (root).
set -e
missing=
for package in chromium-headless-shell chromium; do
    command -v $package >/dev/null 2>&1 || missing="$missing $package"
done
[ -z "$missing" ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "installing Debian's$missing for the browser tests"
    apt-get update -q >/dev/null && apt-get install -y -q --no-install-recommends $missing >/dev/null && exit 0
fi
echo "the browser tests need these packages of Debian's: apt-get install$missing" >&2
exit 1
