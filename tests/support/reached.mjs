// SPDX-License-Identifier: Apache-2.0
/*
 * What browsers load for a page: its own links and scripts, what those import, and so on.  Files whose
 * names are only put together when they run (a language's words) are not seen.
 */
import { existsSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";

/** How a file names another one, by its ending. */
const NAMED = {
	".html": [/\b(?:href|src)="([^"]+\.(?:css|js|svg|html))"/g],
	".js": [/\bfrom "(\.[^"]+)"/g, /\bimport\("(\.[^"]+)"\)/g, /\bimport "(\.[^"]+)"/g, /\bregister\("(\/[^"]+)"\)/g],
};

/** Types in comments name modules that are not loaded. */
const COMMENTS = /\/\*[^]*?\*\//g;

/** @param {string} web the folder @param {string[]} pages @returns {Set<string>} names below the folder, pages among them */
export function reached(web, pages) {
	const found = new Set();
	const left = [...pages];
	for (let name = left.pop(); name; name = left.pop()) {
		if (found.has(name) || !existsSync(join(web, name))) {
			continue;
		}
		found.add(name);
		const text = readFileSync(join(web, name), "utf8").replace(COMMENTS, "");
		for (const pattern of NAMED[posix.extname(name)] ?? []) {
			for (const [, other] of text.matchAll(pattern)) {
				left.push(other.startsWith("/") ? other.slice(1) : posix.join(posix.dirname(name), other));
			}
		}
	}
	return found;
}
