#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The JavaScript of the pages and of the tests, by ESLint with tests/browser/eslint.config.js.
set -eu
cd "$(dirname "$0")/../.."
exec node tests/browser/node_modules/eslint/bin/eslint.js --config tests/browser/eslint.config.js web tests
