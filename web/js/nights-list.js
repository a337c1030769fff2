// SPDX-License-Identifier: Apache-2.0
/*
 * The choice of a night: a season of them, older ones when they are asked for.
 */
import * as api from "./data/api.js";
import { el, fill } from "./dom.js";

const DAY_MS = 86_400_000;
const NIGHTS = 120; // listed at once: a season
const MORE = "more"; // the choice of older ones

/** @typedef {import("./types.js").Night} Night */

/**
 * @param {HTMLSelectElement} select
 * @param {object} parts
 * @param {import("./i18n.js").Translate} parts.t
 * @param {string} parts.language
 * @param {(night: Night) => void} parts.onNight
 * @param {(error: unknown) => void} parts.onTrouble
 */
export function createNightList(select, { t, language, onNight, onTrouble }) {
	const words = new Intl.DateTimeFormat(language, { year: "numeric", month: "short", day: "numeric", weekday: "short", timeZone: "UTC" });
	/** @type {Night[]} the newest first */
	let nights = [];
	/** The last of those that were listed without a hole. */
	let oldest = "";
	let hasMore = false;
	let chosen = "";

	function show() {
		fill(select,
			...nights.map(({ day, vehicles }) => el("option", { value: day }, t("nights.option", { day: words.format(Date.parse(`${day}T00:00:00Z`)), n: vehicles }))),
			hasMore && el("option", { value: MORE }, t("nights.more")));
		select.value = chosen;
		select.disabled = nights.length === 0;
	}

	/** @param {Night} night */
	function mark({ day }) {
		chosen = day;
		select.value = day;
	}

	/** Of two lists each night once. @param {Night[]} found */
	function take(found) {
		hasMore = found.length === NIGHTS;
		oldest = found[found.length - 1]?.day ?? oldest;
		nights = [...nights.filter(({ day }) => !found.some((night) => night.day === day)), ...found].sort((a, b) => (a.day < b.day ? 1 : -1));
	}

	async function showOlder() {
		try {
			const older = await api.getNights(NIGHTS, oldest);
			take(older);
			show();
			if (older.length > 0) {
				onNight(older[0]);
			}
		} catch (error) {
			select.value = chosen;
			onTrouble(error);
		}
	}

	/** A night that is older than those listed. @param {string} day @returns {Promise<Night[]>} it, or none */
	async function findOld(day) {
		const next = new Date(Date.parse(`${day}T00:00:00Z`) + DAY_MS);
		const found = Number.isNaN(next.getTime()) ? [] : await api.getNights(1, next.toISOString().slice(0, 10)).catch(() => []);
		return found.filter((night) => night.day === day);
	}

	select.addEventListener("change", () => {
		const night = nights.find(({ day }) => day === select.value);
		if (night) {
			onNight(night);
		} else {
			showOlder();
		}
	});

	return {
		mark,
		/** Fetches the list, and a night that is asked for by its day. @param {string | undefined} day */
		async begin(day) {
			take(await api.getNights(NIGHTS, ""));
			if (day && nights.length > 0 && !nights.some((night) => night.day === day)) {
				nights = [...nights, ...(await findOld(day))];
			}
			show();
		},
		/** @param {string | undefined} day */
		find: (day) => nights.find((night) => night.day === day),
		/** The night a moment lies in. @param {number} moment */
		around: (moment) => nights.find(({ from, to }) => moment >= Date.parse(from) && moment <= Date.parse(to)),
		/** @returns {Night | undefined} */
		newest: () => nights[0],
	};
}
