#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Lays out what browsers load: deploy/web.sh FOLDER.  The pages come from web/ as they are; MapLibre
# comes from its npm package, pinned by web/package-lock.json, into vendor/ under its version.
set -eu
cd "$(dirname "$0")/.."
out=$1
npm=$(dirname "$out")/npm
rm -rf "$out"
mkdir -p "$out" "$npm"
tar -C web --exclude=node_modules --exclude='package*.json' --exclude=jsconfig.json --exclude='.[!/]*' \
	--exclude='*.d.ts' -cf - . | tar -C "$out" -xf -

if [ -f web/package-lock.json ]; then
	if ! cmp -s web/package-lock.json "$npm/package-lock.json" || [ ! -d "$npm/node_modules" ]; then
		cp web/package.json web/package-lock.json "$npm/"
		(cd "$npm" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error)
	fi
	package=$npm/node_modules/maplibre-gl
	vendor=$out/vendor/maplibre-gl-$(node -p "require('$(realpath "$package")/package.json').version")
	mkdir -p "$vendor"
	cp "$package"/dist/maplibre-gl.mjs "$package"/dist/maplibre-gl-worker.mjs \
		"$package"/dist/maplibre-gl-shared.mjs "$package"/dist/maplibre-gl.css "$package"/LICENSE.txt "$vendor"
fi
touch "$out/.made"
