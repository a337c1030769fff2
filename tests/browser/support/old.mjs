// SPDX-License-Identifier: Apache-2.0
/*
 * A browser as a phone of 2016 has it: it runs no modules, and knows nothing that came after ES2017.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { ROOT } from "../../support/programs.mjs";

/** Runs in the page before its scripts. */
function forgetNews() {
	const later = ["fetch", "structuredClone", "queueMicrotask", "ResizeObserver", "IntersectionObserver", "AbortController", "WeakRef", "BigInt"];
	later.forEach((name) => delete globalThis[name]);
	const methods = [
		[Array.prototype, "flat", "flatMap", "at", "findLast", "toSorted", "with"], [String.prototype, "matchAll", "replaceAll", "at", "trimStart", "trimEnd"],
		[Object, "fromEntries", "hasOwn", "groupBy"], [Promise, "allSettled", "any"], [Promise.prototype, "finally"], [Intl, "RelativeTimeFormat", "ListFormat"],
		[Element.prototype, "replaceChildren", "toggleAttribute", "replaceWith", "append", "before", "after"], [NodeList.prototype, "forEach"],
	];
	methods.forEach(([owner, ...names]) => names.forEach((name) => delete owner[name]));
}

/** Makes a page one of such a browser; its first page is read as that reads it. @param {import("playwright-core").Page} page @param {string} address of index.html */
export async function makeOld(page, address) {
	const html = await readFile(join(ROOT, "web/index.html"), "utf8");
	const read = html.replace(/<script type="module"[^>]*><\/script>/, "").replace("<script nomodule", "<script");
	if (!read.includes('<script src="/js/to-list.js">') || read.includes("module")) {
		throw new Error("index.html has other scripts than were thought of here");
	}
	await page.addInitScript(forgetNews);
	await page.route(address, async (route) => route.fulfill({ response: await route.fetch(), body: read }));
}
