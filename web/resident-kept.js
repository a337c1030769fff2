// SPDX-License-Identifier: Apache-2.0
/*
 * Keeps the residents' page and the last files it showed, for when the network drops.  Everything is asked
 * of the server first, but for files that are named by their content; nothing of staff is touched.
 */
const KEPT = "kept";
const PAGES = /^\/($|index\.html$|list\.html$|css\/|js\/|locales\/|icons\/|vendor\/)/;
const DATA = /^\/data\//;
const FOR_EVER = /-[0-9a-f]{32}\.(json|csv)$|^\/vendor\//;
/** So many of the newest files of data are kept. */
const MOST = 300;

/** What was kept says so, since its Date is an old one. @param {Response} response */
async function marked(response) {
	const headers = new Headers(response.headers);
	headers.set("X-Kept", "1");
	return new Response(await response.blob(), { status: response.status, headers });
}

/** @param {Cache} cache */
async function dropOldest(cache) {
	const requests = await cache.keys();
	const data = requests.filter(({ url }) => DATA.test(new URL(url).pathname));
	await Promise.all(data.slice(0, Math.max(0, data.length - MOST)).map((request) => cache.delete(request)));
}

/** @param {Request} request */
async function answer(request) {
	const cache = await caches.open(KEPT);
	const { pathname } = new URL(request.url);
	const kept = await cache.match(request, { ignoreSearch: true });
	if (kept && FOR_EVER.test(pathname)) {
		return kept;
	}
	try {
		const response = await fetch(request);
		if (response.ok) {
			await cache.put(request.url.split("?")[0], response.clone());
			await dropOldest(cache);
		}
		return response;
	} catch (error) {
		if (kept) {
			return marked(kept);
		}
		throw error;
	}
}

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
	const { origin, pathname } = new URL(event.request.url);
	if (event.request.method === "GET" && origin === self.location.origin && (PAGES.test(pathname) || DATA.test(pathname))) {
		event.respondWith(answer(event.request));
	}
});
