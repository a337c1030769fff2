// SPDX-License-Identifier: Apache-2.0
/*
 * The bar on top of the dispatcher's page: the operation, and whether what is shown is alive.
 */
import { newestFix } from "./data/fleet.js";
import { el, fill, setText } from "./dom.js";
import { createLamp } from "./ui/lamp.js";

/** A line that comes back within it was no outage. */
const OUTAGE_MS = 4000;

/**
 * @param {{banner: HTMLElement, lamp: HTMLElement, outage: HTMLElement, asOf: HTMLElement}} places outage: above everything that stands still; asOf: for paper
 * @param {import("./i18n.js").Translate} t
 */
export function createBar({ banner, lamp: place, outage, asOf }, t) {
	const lamp = createLamp(place);
	let aliveMs = 0; // when what is shown was last known to be so
	lamp.show("wait", t("link.connecting"));
	return {
		/** Before there is anything. @param {string} sentence what is wrong; "": nothing any more */
		showTrouble: (sentence) => (sentence ? lamp.show("bad", sentence) : lamp.show("wait", t("link.connecting"))),
		/** @param {import("./types.js").Operation | null} operation @param {import("./format.js").Format} format @param {number} now */
		showOperation(operation, format, now) {
			const target = operation?.target ? Date.parse(operation.target) : null;
			fill(
				banner,
				el("strong", {}, operation ? operation.name : t("operation.none")),
				operation && el("span", {}, t("banner.since", { time: format.when(Date.parse(operation.start), now) })),
				target !== null && el("span", {}, t("banner.target", { time: format.when(target, now) })),
			);
		},
		/** @param {import("./data/live.js").Live} live @param {import("./format.js").Format} format */
		showLamp(live, format) {
			const state = live.link.get();
			if (state === "live" || !aliveMs) {
				aliveMs = live.now();
			}
			outage.hidden = (state !== "lost" && state !== "stale") || live.now() - aliveMs < OUTAGE_MS;
			if (!outage.hidden) {
				setText(outage, t("link.as_of", { why: t(`link.${state}`), time: format.exactTime(aliveMs) }));
			}
			setText(asOf, t("paper.as_of", { time: format.dateTime(aliveMs) }));
			const newest = newestFix(live.fleet.get());
			const detail = newest === null ? "" : t("link.newest", { age: format.age(live.now() - newest) });
			lamp.show(/** @type {const} */ ({ live: "good", connecting: "wait", stale: "wait", lost: "bad" })[state], t(`link.${state}`), detail);
		},
	};
}
