#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Sees to the Debian packages: deps.sh check|install build|demo|test|ci|fuzz|bench|cross
# "check" only looks; "install" installs what is missing, as root.  Where something is missing and
# may not be installed, the exact command is printed and the status is 69.
set -eu

build='gcc libc6-dev make pkg-config libuv1-dev libsqlite3-dev libspatialite-dev libmicrohttpd-dev
	libcjson-dev libsodium-dev libgdal-dev zlib1g-dev libexpat1-dev libgpiod-dev'
demo='ca-certificates libsqlite3-mod-spatialite'
test='libcriterion-dev gdal-bin sqlite3 python3 chromium-headless-shell fonts-noto-cjk procps'
bench='nginx-light wrk gpsd-clients'
fuzz='clang-14 libclang-rt-14-dev'
cross='gcc-aarch64-linux-gnu libc6-dev-arm64-cross libuv1-dev:arm64 libsqlite3-dev:arm64
	libmicrohttpd-dev:arm64 libcjson-dev:arm64 libsodium-dev:arm64 libexpat1-dev:arm64 zlib1g-dev:arm64
	libgpiod-dev:arm64'

# Not Debian: the packages have other names, and the compiler will say what it misses.
command -v dpkg-query >/dev/null 2>&1 || exit 0

# A node of 18 or newer that brings its npm is as good as Debian's.
node=
node_major=$(node --version 2>/dev/null | sed 's/^v\([0-9]*\).*/\1/')
if [ "${node_major:-0}" -lt 18 ] || ! command -v npm >/dev/null 2>&1; then
	node='nodejs npm'
fi

case "${1:-} ${2:-}" in
'check build' | 'install build') wanted=$build ;;
'check demo' | 'install demo') wanted="$build $demo $node" ;;
'check test' | 'install test') wanted="$build $demo $test $node" ;;
'check ci' | 'install ci') wanted="$build $demo $test $fuzz $node" ;;
'check fuzz' | 'install fuzz') wanted="$build $fuzz" ;;
'check bench' | 'install bench') wanted="$build $demo $bench $node" ;;
'check cross' | 'install cross') wanted="$build $cross" ;;
*) echo "usage: deps.sh check|install build|demo|test|ci|fuzz|bench|cross" >&2; exit 64 ;;
esac

have=" $(dpkg-query -W -f '${db:Status-Status}=${Package}\n${db:Status-Status}=${Package}:${Architecture}\n' |
	sed -n 's/^installed=//p' | tr '\n' ' ') "
missing=
for package in $wanted; do
	case $have in *" $package "*) ;; *) missing="$missing $package" ;; esac
done
[ -n "$missing" ] || exit 0

foreign=
case $missing in *:arm64*) foreign='dpkg --add-architecture arm64 && ' ;; esac
install='apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends'
if [ "$1" = check ] || [ "$(id -u)" != 0 ]; then
	echo "Debian packages are missing. As root, run:" >&2
	echo "  ${foreign}apt-get update && $install$missing" >&2
	exit 69
fi
echo "installing$missing"
[ -z "$foreign" ] || dpkg --add-architecture arm64
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
trap 'rm -f "$log"' EXIT
# Package lists that are there already may do when the mirror's index cannot be reached.
apt-get -qq -o DPkg::Lock::Timeout=300 update || echo 'apt-get update failed; trying without' >&2
# shellcheck disable=SC2086 # a list of words is meant
$install -qq $missing >"$log" 2>&1 || { cat "$log" >&2; exit 69; }
