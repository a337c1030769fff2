// SPDX-License-Identifier: Apache-2.0
/*
 * Play and pause, how fast, and the slider: arrows to the sides 10 s, up and down 1 min, the page keys
 * 10 min, Home and End.
 */
import { SPEEDS } from "../data/replay.js";
import { timeStep } from "../data/record.js";
import { el, fill, setText, svg } from "../dom.js";

const KEYS = {
	ArrowRight: 10_000, ArrowLeft: -10_000, ArrowUp: 60_000, ArrowDown: -60_000, PageUp: 600_000, PageDown: -600_000,
};

/**
 * @param {HTMLElement} parent
 * @param {object} how
 * @param {import("../i18n.js").Translate} how.t
 * @param {import("../format.js").Format} how.format
 * @param {(ms: number) => string} how.clockWords a moment as it is shown and read out
 * @param {(time: number) => void} how.onSeek
 * @param {(speed: number) => void} how.onSpeed
 * @param {() => void} how.onPlay play or pause
 */
export function createTimeSlider(parent, { t, format, clockWords, onSeek, onSpeed, onPlay }) {
	let [from, to] = [0, 0];
	const sign = svg("path", { fill: "currentColor", d: "" });
	const word = el("span");
	const play = el("button", { type: "button", class: "primary play", id: "play", onclick: onPlay },
		svg("svg", { viewBox: "0 0 24 24", "aria-hidden": "true" }, sign), word);
	const speed = el("select", { id: "speed", onchange: () => onSpeed(Number(speed.value)) },
		...SPEEDS.map((times) => el("option", { value: times }, t("nights.times", { n: times }))));
	const clock = el("output", { class: "clock", id: "clock", for: "time" });
	const range = el("input", {
		id: "time", type: "range", step: 1, min: 0, max: 1, value: 0, "aria-label": t("nights.time"),
		oninput: () => onSeek(from + Number(range.value) * 1000),
		onkeydown: (/** @type {KeyboardEvent} */ event) => {
			const now = from + Number(range.value) * 1000;
			const step = KEYS[/** @type {keyof typeof KEYS} */ (event.key)];
			const wanted = step ? now + step : event.key === "Home" ? from : event.key === "End" ? to : null;
			if (wanted !== null && !event.altKey && !event.ctrlKey && !event.metaKey) {
				event.preventDefault();
				onSeek(wanted);
			}
		},
	});
	const marks = el("div", { class: "marks", "aria-hidden": "true" });
	fill(parent,
		el("div", { class: "controls" }, play, el("label", { for: "speed" }, t("nights.speed")), speed, clock,
			el("span", { class: "quiet keys" }, t("nights.keys"))),
		range, marks);

	function drawMarks() {
		const step = timeStep(to - from, innerWidth < 700 ? 5 : 12) * 60_000;
		const texts = [];
		for (let at = Math.ceil(from / step) * step; from < to && at <= to; at += step) {
			texts.push(svg("text", { x: `${(((at - from) / (to - from)) * 100).toFixed(2)}%`, y: 12, "text-anchor": "middle" }, format.time(at)));
		}
		fill(marks, svg("svg", { width: "100%", height: 16 }, ...texts));
	}
	addEventListener("resize", drawMarks);

	return {
		/** The night it slides over. @param {number} start @param {number} end */
		span(start, end) {
			[from, to] = [start, end];
			range.max = String(Math.max(1, Math.round((to - from) / 1000)));
			drawMarks();
		},
		/** @param {{time: number, speed: number, playing: boolean}} now */
		show(now) {
			const words = clockWords(now.time);
			setText(clock, words);
			range.value = String(Math.round((now.time - from) / 1000));
			range.setAttribute("aria-valuetext", words);
			speed.value = String(now.speed);
			sign.setAttribute("d", now.playing ? "M6 4h4v16H6ZM14 4h4v16h-4Z" : "M7 4v16l13-8Z");
			setText(word, t(now.playing ? "nights.pause" : "nights.play"));
		},
	};
}
