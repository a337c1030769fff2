// SPDX-License-Identifier: Apache-2.0
/*
 * The dispatcher's page, opened and filled.
 */
import { openPage } from "./browser.mjs";
import { mapIsIdle, mapIsOpen, watchMap } from "./map.mjs";

/**
 * @param {{after: (fn: () => Promise<void>) => void}} t the test's context: the page is closed with it
 * @param {object} options
 * @param {import("playwright-core").Browser} options.browser
 * @param {string} options.origin
 * @param {{cookie: string}} [options.user] who is signed in
 * @param {string} [options.path]
 * @param {boolean} [options.map] whether there is a map, and it is waited for until it has drawn
 */
export async function openDispatch(t, { browser, origin, path = "/dispatch.html", map = true, ...options }) {
	const watched = await openPage(t, browser, origin, { webgl: map, ...options });
	await watchMap(watched.page);
	await watched.page.goto(origin + path);
	await watched.page.locator("#vehicles li").first().waitFor({ state: "attached" });
	if (map) {
		await mapIsOpen(watched.page);
		await mapIsIdle(watched.page);
	}
	return watched;
}

/** What of a table of roads is in sight: its rows' words. @param {import("playwright-core").Page} page */
export const roadRows = (page) =>
	page.locator("table.roads tbody tr:not(.space)").evaluateAll((rows) =>
		rows.map((row) => ({
			id: Number(row.dataset.key),
			name: row.querySelector(".name span").textContent,
			area: row.querySelector(".area").textContent,
			kind: row.querySelector(".class").textContent,
			status: row.querySelector(".status").textContent,
			last: row.querySelector(".last").textContent,
			forward: Number(row.querySelector(".forward").textContent),
			backward: Number(row.querySelector(".backward").textContent),
			index: Number(row.getAttribute("aria-rowindex")),
		})),
	);
