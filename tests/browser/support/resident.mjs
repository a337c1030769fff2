// SPDX-License-Identifier: Apache-2.0
/*
 * What somebody does on the residents' page.
 */

/** A night of which passes are told: after noon, when a night's name changes, that is not the newest. */
export const TOLD = /の夜\s*\d\d:\d[05]/;

/** Somebody comes back to the page: it looks at once for what is new. @param {import("playwright-core").Page} page */
export const comeBack = (page) => page.evaluate(() => void document.dispatchEvent(new Event("visibilitychange")));

/** Asks for a road and picks it. @param {import("playwright-core").Page} page @param {string} name */
export async function ask(page, name) {
	await page.locator("#search").fill(name);
	await page.locator("#areas li button", { hasText: name }).first().click();
	await page.locator("#answer h2", { hasText: name }).waitFor();
}
