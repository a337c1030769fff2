// SPDX-License-Identifier: Apache-2.0
/*
 * The bar on top of the pages for staff, and of those where one signs in: the same on all of them, the
 * ways to the others among it.  What a page has to say there itself stands in its markup between.
 */
import { byId, el, fill, svg } from "./dom.js";

/** The pages for staff, and who may use them. */
const PAGES = [
	{ path: "/dispatch.html", title: "dispatch.title", roles: ["admin", "dispatcher", "auditor", "contractor"] },
	{ path: "/nights.html", title: "nights.title", roles: ["admin", "dispatcher", "auditor", "contractor"] },
	{ path: "/masters.html", title: "masters.title", roles: ["admin", "dispatcher", "auditor"] },
	{ path: "/users.html", title: "users.title", roles: ["admin", "auditor"] },
];

const mark = () =>
	svg("svg", { viewBox: "0 0 32 32", "aria-hidden": "true" },
		svg("path", { fill: "#8fcaff", d: "M4 28 13 4h2l-3 24Zm24 0L19 4h-2l3 24Z" }),
		svg("path", { fill: "#ffa23e", d: "M7 13Q16 5 25 13l-1.6 2.6Q16 9.5 8.6 15.6Z" }));

const themeIcon = () =>
	svg("svg", { viewBox: "0 0 24 24", fill: "none", stroke: "currentColor", "stroke-width": 2, "aria-hidden": "true" },
		svg("circle", { cx: 12, cy: 12, r: 8 }),
		svg("path", { fill: "currentColor", d: "M12 4a8 8 0 0 1 0 16Z" }));

/** Draws the bar, its words still to be translated. @param {string} title the key of the page's own name */
export function drawHeader(title) {
	const bar = byId("bar");
	bar.prepend(
		el("h1", { class: "brand" }, mark(), el("span", { "data-t": "brand" }), el("span", { class: "unseen", "data-t": title }), el("small", { id: "town" })),
		el("nav", { class: "pages", id: "pages", "data-t-label": "pages.label", hidden: true }),
	);
	bar.append(
		el("div", { class: "prefs" },
			el("div", { class: "who", id: "who" }),
			el("button", { type: "button", id: "language" }),
			el("button", { type: "button", id: "theme", "data-t-label": "theme.switch" }, themeIcon())),
	);
}

/** The ways to the other pages that a role may use, this one marked. @param {import("./i18n.js").Translate} t @param {string} role @param {string} here the key of its name */
export function showPages(t, role, here) {
	const pages = PAGES.filter(({ roles }) => roles.includes(role));
	byId("pages").hidden = false;
	fill(byId("pages"), ...pages.map(({ path, title }) => el("a", { href: path, "aria-current": title === here && "page" }, t(title))));
}
