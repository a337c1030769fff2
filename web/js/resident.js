// SPDX-License-Identifier: Apache-2.0
/*
 * The residents' page: is my road done?  Wires the public files to list and map.
 */
import * as api from "./data/api.js";
import { closureText, inForce, standing } from "./data/closures.js";
import { boxAbout, nearestLink } from "./data/nearby.js";
import { createPublic, POLL_MS } from "./data/public.js";
import { byId, el, fill, setText } from "./dom.js";
import { createFormat } from "./format.js";
import { preparePage } from "./page.js";
import { createResidentMap } from "./resident-map.js";
import { createLegend } from "./ui/legend.js";
import { createAnswer } from "./ui/resident-answer.js";
import { createRoadList, roadKey } from "./ui/road-list.js";
import { closureSample, icon, progressBar, vehicleSample } from "./ui/samples.js";

/** Residents are shown what is some minutes old on purpose; this much is no purpose any more. */
const OLD_MS = 40 * 60_000;
/** So far from a road nobody stands on it. */
const REACH_M = 80;

const { language, spoken, t, say, onTheme } = await preparePage(api.getLocale);
document.title = `${t("public.question")}｜${t("brand")}`;
const data = createPublic();
const search = /** @type {HTMLInputElement} */ (byId("search"));
/** The road of the answer, by its key and its district, and one section of it where that has no name. */
let picked = /** @type {{key: string, area: string, links: number[], center: import("./types.js").LonLat, section: number | null} | null} */ (null);
let days = /** @type {{day: string, times: number[]}[] | null} */ (null);
let names = /** @type {import("./types.js").PublicRoad[] | null} */ (null);
/** @type {Awaited<ReturnType<typeof createResidentMap>> | null} */
let map = null;

data.state.subscribe(showOutage);
await data.poll();
while (!data.manifest.get()) {
	await new Promise((done) => setTimeout(done, POLL_MS));
	await data.poll();
}
const { town } = /** @type {import("./types.js").Manifest} */ (data.manifest.get());
const format = createFormat(language, town.timezone);
setText(byId("town"), town.name);
document.title = `${t("public.question")}｜${town.name}`;

const answer = createAnswer(byId("answer"), { t, say, format, language });
const list = createRoadList(byId("areas"), {
	t,
	format,
	onPick: (road) => pick(road, { move: true }),
	onOpen: (area) => data.openDistricts([area]).catch(() => {}), // the page says that it is offline
});

/**
 * @param {import("./types.js").PublicRoad} road
 * @param {{move?: boolean, section?: number | null}} [how] move: the map goes there
 */
async function pick(road, { move = false, section = null } = {}) {
	picked = { key: roadKey(road), area: road.area, links: section === null ? road.links : [section], center: road.center, section };
	days = null;
	setText(byId("found"), "");
	keepAddress();
	map?.mark(picked.links);
	if (move) {
		map?.showPoint(road.center);
	}
	showList();
	showAnswer();
	await readDays();
	byId("answer").scrollIntoView({ block: "nearest" });
}

/** Another language, or tomorrow morning, finds the same road again; what stands behind the '#' goes to no server. */
function keepAddress() {
	const hash = picked && picked.section === null ? `#${new URLSearchParams({ road: picked.key })}` : "";
	history.replaceState(null, "", hash || location.pathname + location.search);
}

/** The road of the address. */
async function restore() {
	const key = new URLSearchParams(location.hash.slice(1)).get("road");
	const road = key && (await data.roads()).find((each) => roadKey(each) === key);
	if (road && !picked) {
		await pick(road, { move: true });
	}
}

/** The passes of what was picked, as of the newest files: files that are known are not asked for again. */
async function readDays() {
	const asked = picked;
	if (!asked) {
		return;
	}
	try {
		await data.openDistricts([asked.area]);
		const found = await data.passes(asked.area, asked.links);
		if (picked === asked) {
			days = found;
		}
	} catch {
		// The page says that it is offline.
	}
	showAnswer();
}

function showAnswer() {
	const asked = picked;
	const row = asked && data.districts.get().get(asked.area)?.find((each) => roadKey(each) === asked.key);
	if (!asked || !row) {
		answer.clear();
		return;
	}
	const id = asked.section;
	const known = id === null ? null : data.coverage.get().links.get(id);
	const without = row.admin === "town" ? "none" : "not_ours";
	answer.show({
		row,
		section: id === null ? null : { id, status: known?.status ?? without, last: known?.last ?? null },
		days,
		classes: data.manifest.get()?.classes ?? [],
		now: data.now(),
	});
}

function showList() {
	const manifest = data.manifest.get();
	const found = list.show({
		districts: manifest?.districts ?? [],
		rows: data.districts.get(),
		names,
		progress: manifest?.progress ?? null,
		now: data.now(),
		text: search.value,
		picked: picked && picked.key,
	});
	const nothing = byId("nothing");
	const searching = search.value.trim() !== "";
	nothing.hidden = found || (searching && names === null);
	setText(nothing, searching ? t("public.filter_nothing", { text: search.value }) : t("empty.roads.title"));
}

function showTotal() {
	const total = data.manifest.get()?.progress?.total;
	if (total && total.length_m > 0) {
		const [done, partly] = [total.done_m / total.length_m, total.partly_m / total.length_m];
		fill(byId("total"), say("public.progress"), ` ${format.percent(done)}`, progressBar(done, partly));
	}
}

function showOperation() {
	const manifest = data.manifest.get();
	if (!manifest) {
		return;
	}
	const { operation } = manifest;
	const when = (/** @type {string} */ time) => format.when(Date.parse(time), data.now());
	fill(
		byId("operation"),
		operation
			? el("strong", {}, say("public.operation"))
			: say("public.no_operation"),
		operation &&
			say(operation.target ? "public.operation_target" : "public.operation_start", {
				name: operation.name,
				start: when(operation.start),
				target: operation.target ? when(operation.target) : "",
			}),
	);
	byId("operation").toggleAttribute("data-open", operation !== null);
}

/** Roads that are closed now, on the map too, or will be. */
function showClosures() {
	const [all, now] = [data.closures.get(), data.now()];
	const when = (/** @type {string} */ time) => format.when(Date.parse(time), now);
	/** @param {import("./types.js").PublicClosure} closure */
	const until = ({ from, end }) => t(Date.parse(from) > now ? "public.closed_from" : "public.closed_until", { from: when(from), end: when(end) });
	fill(
		byId("closures"),
		...standing(all, now).map((closure) =>
			el("li", { class: "notice bad" }, el("strong", {}, say("public.closed")), " ", closureText(closure, spoken), " ", el("span", { class: "quiet" }, until(closure))),
		),
	);
	map?.closures(inForce(all, now).map((closure) => ({ ...closure, label: `${closureText(closure, spoken)}\n${until(closure)}` })));
}

/** What there is to say while there is nothing to show. */
function showOutage() {
	const state = data.state.get();
	if (data.manifest.get() || state === "loading") {
		return;
	}
	setText(byId("asof"), "");
	fill(
		byId("trouble"),
		state === "none"
			? el(
					"div",
					{ class: "notice warn" },
					el("h2", {}, say("public.none.title")),
					el("p", {}, say("public.none.text")),
				)
			: el("p", { class: "notice bad" }, say("public.unreachable")),
	);
}

/** How old what is shown is, and what is wrong when it is too old. */
function showAge() {
	const manifest = /** @type {import("./types.js").Manifest} */ (data.manifest.get());
	const made = Date.parse(manifest.made);
	const age = format.age(data.now() - made);
	fill(byId("asof"), el("time", { datetime: manifest.made }, say("public.asof", { time: format.when(made, data.now()), age })));
	const trouble =
		data.state.get() === "offline"
			? el("p", { class: "notice bad" }, say("public.offline", { age }))
			: data.now() - made > OLD_MS && el("p", { class: "notice warn" }, say("public.old", { age }));
	fill(byId("trouble"), trouble);
}

function showAll() {
	showOperation();
	showClosures();
	showTotal();
	showAge();
	showAnswer();
	showList();
}

async function openMap() {
	try {
		map = await createResidentMap(byId("map"), { data, town, t, onTheme, onPick: pickLink });
		if (picked) {
			map.mark(picked.links);
			map.showPoint(picked.center);
		}
		showClosures();
	} catch (error) {
		console.warn("no map:", error);
		byId("map").replaceWith(el("div", { class: "empty" }, icon("map"), el("h2", {}, t("empty.map.title")), el("p", {}, t("empty.map.text"))));
		byId("legend").hidden = true;
	}
}

/** A road by one of its links; of one without a name the link alone is meant. @param {number} link @param {boolean} [move] */
async function pickLink(link, move = false) {
	const road = (await data.roads()).find(({ links }) => links.includes(link));
	if (road) {
		await pick(road, { move, section: road.name ? null : link });
	}
}

async function loadNames() {
	names ??= await data.roads().catch(() => null);
	showList();
}

/** Where somebody stands stays here: it is compared with the lines of the town. @param {GeolocationPosition} position */
async function pickPosition({ coords }) {
	/** @type {import("./types.js").LonLat} */
	const place = [coords.longitude, coords.latitude];
	await data.look(boxAbout(place, 300)).catch(() => {});
	const link = nearestLink(data.lines.get().values(), place, REACH_M + coords.accuracy);
	setText(byId("found"), link ? "" : t("public.here_nothing"));
	if (link) {
		await pickLink(link.id);
		map?.showPoint(place);
	}
}

const here = /** @type {HTMLButtonElement} */ (byId("here"));
here.hidden = !("geolocation" in navigator);
here.addEventListener("click", () => {
	setText(byId("found"), t("public.here_wait"));
	navigator.geolocation.getCurrentPosition(pickPosition, () => setText(byId("found"), t("public.here_denied")), {
		enableHighAccuracy: true, timeout: 20_000, maximumAge: 60_000,
	});
});

search.addEventListener("input", () => {
	showList();
	loadNames();
});
const legend = createLegend(byId("legend-body"), {
	t,
	words: "public.status",
	more: [[vehicleSample("work"), t("public.legend_plow")], [closureSample(), t("public.legend_closed")]],
	onColouring(colouring) {
		legend.show(colouring);
		map?.colour(colouring, data.now());
	},
});
legend.show("status");
/** @type {HTMLDetailsElement} */ (byId("legend")).open = matchMedia("(min-width: 1100px) and (min-height: 700px)").matches;

data.manifest.subscribe(showAll);
data.manifest.subscribe(() => void readDays());
data.districts.subscribe(showAll);
data.coverage.subscribe(showAnswer);
data.closures.subscribe(showClosures);
data.state.subscribe(showAge);
openMap();
restore().catch(() => {}); // the page says that it is offline
setInterval(() => {
	if (!document.hidden) {
		data.poll();
	}
}, POLL_MS);
document.addEventListener("visibilitychange", () => document.hidden || data.poll());
setInterval(showAll, 30_000);
if (navigator.serviceWorker) {
	navigator.serviceWorker.register("/resident-kept.js").catch((error) => console.warn("nothing is kept for offline:", error));
}
