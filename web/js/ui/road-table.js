// SPDX-License-Identifier: Apache-2.0
/*
 * The roads as a table, the full equal of the map: only the rows in sight exist, so that ten thousand
 * roads scroll like ten.  Arrows, Page Up and Down, Home and End move along the rows.
 */
import { bandOf } from "../data/roads.js";
import { el, fill, keep, setText } from "../dom.js";
import { word } from "../i18n.js";
import { bandSample, icon, statusSample } from "./samples.js";

/** A row's height in pixels: css/dispatch.css says the same. */
const ROW_PX = 48;
const MARGIN_ROWS = 8;
const BANDS_NEVER = 6;

/** @typedef {import("../data/roads.js").RoadRow} RoadRow */
/** @typedef {import("../data/roads.js").RoadKey} RoadKey */

const COLUMNS = /** @type {const} */ (["name", "area", "class", "status", "last", "forward", "backward"]);

/**
 * @param {HTMLElement} panel scrolls
 * @param {object} parts
 * @param {import("../i18n.js").Translate} parts.t
 * @param {import("../format.js").Format} parts.format
 * @param {(row: RoadRow) => void} parts.onPick
 * @param {(key: RoadKey) => void} parts.onSort
 */
export function createRoadTable(panel, { t, format, onPick, onSort }) {
	/** @type {{rows: readonly RoadRow[], total: number, now: number, picked: number | undefined, sort: RoadKey | null, falling: boolean}} */
	let shown = { rows: [], total: 0, now: 0, picked: undefined, sort: null, falling: false };
	/** @type {Map<number, RoadRow>} */
	let byId = new Map();

	const count = el("p", { class: "quiet count", role: "status" });
	const heads = COLUMNS.map((key) => {
		const button = el("button", { type: "button", class: "plain", onclick: () => onSort(key) }, t(`roads.${key}`));
		return { key, head: el("th", { scope: "col", class: key, "aria-sort": "none" }, button) };
	});
	const above = el("tr", { "aria-hidden": "true", class: "space" }, el("td", { colspan: COLUMNS.length }));
	const below = /** @type {HTMLElement} */ (above.cloneNode(true));
	const body = el("tbody");
	const table = el(
		"table",
		{ class: "roads" },
		el("caption", { class: "unseen" }, t("roads.caption")),
		el("thead", {}, el("tr", { "aria-rowindex": 1 }, ...heads.map(({ head }) => head))),
		el("tbody", {}, above),
		body,
		el("tbody", {}, below),
	);
	const empty = el("div", { class: "empty", hidden: true });
	fill(panel, count, table, empty);

	/** @param {RoadRow} row */
	const nameOf = (row) => row.name || `${t("road.unnamed")} ${row.source_id}`;
	/** @param {string} code */
	const className = (code) => (code ? word(t, "road_class", code) : t("road_class.none"));

	/** @param {RoadRow} row */
	function make(row) {
		const name = el("button", { type: "button", "data-id": row.id }, el("span", {}, nameOf(row)), el("small"));
		return el("tr", {}, el("th", { scope: "row", class: "name" }, name), ...COLUMNS.slice(1).map((key) => el("td", { class: key })));
	}

	/** Fills a cell again only when what it says differs. @param {Element} cell @param {string} state @param {() => (Node | string)[]} content */
	function cell(cell, state, content) {
		const place = /** @type {HTMLElement} */ (cell);
		if (place.dataset.state !== state) {
			place.dataset.state = state;
			fill(place, ...content());
		}
	}

	/** @param {HTMLElement} line @param {RoadRow} row */
	function showRow(line, row) {
		const [name, area, kind, status, last, forward, backward] = line.children;
		const index = shown.rows.indexOf(row, first) + 2;
		if (line.getAttribute("aria-rowindex") !== String(index)) {
			line.setAttribute("aria-rowindex", String(index));
		}
		const button = /** @type {HTMLElement} */ (name.firstElementChild);
		button.setAttribute("aria-current", String(row.id === shown.picked));
		const where = row.admin === "town" ? [row.area || t("area.none"), className(row.class)] : [t(`admin.${row.admin}`), row.area];
		setText(button.children[1], where.filter(Boolean).join("・"));
		setText(area, row.area || t("area.none"));
		setText(kind, row.admin === "town" ? className(row.class) : t(`admin.${row.admin}`));
		const share = row.status === "partly" || row.status === "working" ? ` ${format.percent(row.done)}` : "";
		cell(status, row.status + share, () => [statusSample(row.status), el("span", {}, t(`status.${row.status}`) + share)]);
		const time = row.last === null ? "" : format.when(row.last * 1000, shown.now);
		const age = row.last === null ? t("band.never") : format.age(shown.now - row.last * 1000);
		const band = bandOf(row, shown.now);
		cell(last, `${band} ${time} ${age}`, () => [
			bandSample(band === "never" ? BANDS_NEVER : Number(band)),
			el("span", {}, time, el("small", {}, age)),
		]);
		setText(forward, format.count(row.forward));
		setText(backward, format.count(row.backward));
	}

	let first = 0;

	function render() {
		const head = /** @type {HTMLElement} */ (table.tHead);
		const top = Math.max(0, panel.scrollTop - table.offsetTop);
		const height = panel.clientHeight || 600;
		first = Math.max(0, Math.min(shown.rows.length, Math.floor(top / ROW_PX)) - MARGIN_ROWS);
		const end = Math.min(shown.rows.length, Math.ceil((top + height - head.offsetHeight) / ROW_PX) + MARGIN_ROWS);
		const focused = body.contains(document.activeElement);
		keep(body, shown.rows.slice(first, end), { key: (row) => String(row.id), make, show: showRow });
		above.style.height = `${first * ROW_PX}px`;
		below.style.height = `${(shown.rows.length - end) * ROW_PX}px`;
		above.hidden = first === 0;
		below.hidden = end === shown.rows.length;
		if (focused && !body.contains(document.activeElement)) {
			panel.focus({ preventScroll: true });
		}
	}

	let waiting = false;
	panel.addEventListener("scroll", () => {
		if (!waiting) {
			waiting = true;
			requestAnimationFrame(() => {
				waiting = false;
				render();
			});
		}
	});
	new ResizeObserver(() => panel.hidden || render()).observe(panel);

	/** Moves the focus to a row, which comes into sight. @param {number} index */
	function focusRow(index) {
		const row = shown.rows[Math.max(0, Math.min(shown.rows.length - 1, index))];
		if (!row) {
			return;
		}
		const place = shown.rows.indexOf(row) * ROW_PX;
		const room = panel.clientHeight - /** @type {HTMLElement} */ (table.tHead).offsetHeight - ROW_PX;
		const top = panel.scrollTop - table.offsetTop;
		if (place < top || place > top + room) {
			panel.scrollTop = table.offsetTop + (place < top ? place : place - room);
			render();
		}
		/** @type {HTMLElement | null} */ (body.querySelector(`[data-id="${row.id}"]`))?.focus({ preventScroll: true });
	}

	body.addEventListener("click", (event) => {
		const line = /** @type {HTMLElement} */ (event.target).closest("tr");
		const row = line && byId.get(Number(line.dataset.key));
		if (row) {
			onPick(row);
		}
	});
	body.addEventListener("keydown", (event) => {
		const line = /** @type {HTMLElement} */ (event.target).closest("tr");
		const here = shown.rows.findIndex((row) => String(row.id) === line?.dataset.key);
		const page = Math.max(1, Math.floor(panel.clientHeight / ROW_PX) - 2);
		const next = {
			ArrowDown: here + 1, ArrowUp: here - 1, PageDown: here + page, PageUp: here - page, Home: 0, End: shown.rows.length - 1,
		}[event.key];
		if (here >= 0 && next !== undefined) {
			event.preventDefault();
			focusRow(next);
		}
	});

	return {
		/** @param {typeof shown} next rows: those wanted, in order; total: of how many */
		show(next) {
			if (next.rows !== shown.rows) {
				byId = new Map(next.rows.map((row) => [row.id, row]));
			}
			shown = next;
			table.setAttribute("aria-rowcount", String(next.rows.length + 1));
			for (const { key, head } of heads) {
				head.setAttribute("aria-sort", key !== next.sort ? "none" : next.falling ? "descending" : "ascending");
			}
			const n = format.count(next.rows.length);
			setText(count, next.rows.length === next.total ? t("roads.count", { n }) : t("roads.filtered", { n, total: format.count(next.total) }));
			table.hidden = next.rows.length === 0;
			empty.hidden = next.rows.length > 0;
			const why = next.total > 0 ? "empty.filtered" : "empty.roads";
			if (!empty.hidden && empty.dataset.why !== why) {
				empty.dataset.why = why;
				fill(empty, icon("road"), el("h2", {}, t(`${why}.title`)), el("p", {}, t(`${why}.text`)));
			}
			render();
		},
	};
}
