// SPDX-License-Identifier: Apache-2.0
/*
 * A vehicle's night as a bar: a pattern and a word for each state, the facts of a segment for who
 * points at it or goes through them with the arrow keys.
 */
import { timeStep } from "../data/record.js";
import { el, fill, setText, svg } from "../dom.js";
import { durationWords, recordWords } from "./record-shapes.js";

const HEIGHT = 40;

/** The pixels a word takes, roughly. @param {string} word */
const roomFor = (word) => [...word].reduce((sum, letter) => sum + (letter > "\u2e80" ? 14 : 8), 12);

/**
 * @param {object} how
 * @param {import("../i18n.js").Translate} how.t
 * @param {import("../format.js").Format} how.format
 * @param {(time: number) => void} how.onSeek
 */
export function createTimeline({ t, format, onSeek }) {
	/** @type {import("../data/record.js").Condensed[]} */
	let segments = [];
	let [from, to] = [0, 1];
	let active = -1;
	let width = 0;
	const axis = svg("svg", { class: "axis", width: "100%", height: 18, "aria-hidden": "true" });
	const bar = svg("svg", {
		class: "timeline", role: "listbox", tabindex: 0, id: "timeline", width: "100%", height: HEIGHT,
		"aria-label": t("record.timeline"), "aria-orientation": "horizontal",
		onkeydown: onKey,
		onfocus: () => active < 0 && segments.length > 0 && activate(0),
		onpointermove: (/** @type {PointerEvent} */ event) => activate(indexOf(event.target)),
		onclick: (/** @type {MouseEvent} */ event) => {
			const rect = bar.getBoundingClientRect();
			onSeek(from + ((event.clientX - rect.left) / rect.width) * (to - from));
		},
	});
	const facts = el("p", { class: "facts-line", id: "timeline-facts" }, t("record.timeline_hint"));
	const head = svg("line", { class: "playhead", y1: 0, y2: HEIGHT, "aria-hidden": "true" });

	const share = (/** @type {number} */ time) => Math.min(1, Math.max(0, (time - from) / (to - from)));
	const percent = (/** @type {number} */ value) => `${(value * 100).toFixed(3)}%`;

	/** @param {import("../data/record.js").Condensed} part */
	function words({ segment, from: start, to: end, metres }) {
		const drove = metres >= 1 ? ` ${format.length(metres)}` : "";
		const road = segment.road && metres >= 1 ? ` ${segment.road}` : "";
		return `${format.time(start)}〜${format.time(end)}（${durationWords(end - start, t)}） ${recordWords(segment, t)}${road}${drove}`;
	}

	/** @param {EventTarget | null} target */
	const indexOf = (target) => Number(/** @type {Element} */ (target)?.getAttribute?.("data-i") ?? -1);

	/** @param {number} index */
	function activate(index) {
		if (index < 0 || index === active) {
			return;
		}
		bar.querySelector('[aria-selected="true"]')?.setAttribute("aria-selected", "false");
		active = index;
		const option = bar.querySelector(`[data-i="${index}"]`);
		option?.setAttribute("aria-selected", "true");
		bar.setAttribute("aria-activedescendant", `segment-${index}`);
		setText(facts, words(segments[index]));
	}

	/** @param {KeyboardEvent} event */
	function onKey(event) {
		const last = segments.length - 1;
		const next = { ArrowRight: active + 1, ArrowLeft: active - 1, Home: 0, End: last }[event.key];
		if (next !== undefined && last >= 0) {
			event.preventDefault();
			activate(Math.min(last, Math.max(0, next)));
		} else if (event.key === "Enter" && active >= 0) {
			event.preventDefault();
			onSeek(segments[active].from);
		}
	}

	function drawAxis() {
		const step = timeStep(to - from, innerWidth < 700 ? 5 : 12) * 60_000;
		const marks = [];
		for (let at = Math.ceil(from / step) * step; at <= to; at += step) {
			const x = percent(share(at));
			marks.push(svg("line", { x1: x, x2: x, y1: 0, y2: 4 }), svg("text", { x, y: 15, "text-anchor": "middle" }, format.time(at)));
		}
		fill(axis, ...marks);
	}

	function draw() {
		width = bar.clientWidth || innerWidth - 40;
		const parts = segments.flatMap((part, i) => {
			const [x, size] = [share(part.from), share(part.to) - share(part.from)];
			const rect = svg("rect", {
				id: `segment-${i}`, "data-i": i, role: "option", "aria-selected": String(i === active), "aria-label": words(part),
				x: percent(x), width: percent(size), y: 0, height: HEIGHT,
				fill: `url(#record-${part.segment.state})`, class: `segment edge-${part.segment.state}`,
			});
			const word = t(`record.${part.segment.state}`);
			const label = size * width > roomFor(word) && svg("text", {
				class: `on-${part.segment.state}`, x: percent(x + size / 2), y: HEIGHT / 2 + 5, "text-anchor": "middle", "aria-hidden": "true",
			}, word);
			return label ? [rect, label] : [rect];
		});
		fill(bar, ...parts, head);
		drawAxis();
	}
	new ResizeObserver(() => bar.clientWidth > 0 && Math.abs(bar.clientWidth - width) > 2 && draw()).observe(bar);

	return {
		elements: [bar, axis, facts],
		/** @param {import("../data/record.js").Condensed[]} next @param {number} start @param {number} end */
		show(next, start, end) {
			segments = next;
			[from, to] = [start, end];
			active = -1;
			bar.removeAttribute("aria-activedescendant");
			setText(facts, t("record.timeline_hint"));
			draw();
		},
		/** @param {number} time */
		mark(time) {
			const x = percent(share(time));
			head.setAttribute("x1", x);
			head.setAttribute("x2", x);
		},
	};
}
