// SPDX-License-Identifier: Apache-2.0
// The one place that names the library's version; make lays its files there from the pinned package.
export * from "../../vendor/maplibre-gl-6.17.0/maplibre-gl.mjs";

/** Loads the library's own style sheet, before the page's, so that the page's count. @returns {Promise<unknown>} */
export function loadStyleSheet() {
	const link = document.createElement("link");
	link.rel = "stylesheet";
	link.href = "/vendor/maplibre-gl-6.17.0/maplibre-gl.css";
	const loaded = new Promise((done, fail) => {
		link.onload = done;
		link.onerror = () => fail(new Error(`${link.href} did not load`));
	});
	document.head.prepend(link);
	return loaded;
}
