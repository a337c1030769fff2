// SPDX-License-Identifier: Apache-2.0
/*
 * The page of past nights: chooses one, plays it, and shows the record of a vehicle or a road in it.
 */
import * as api from "./data/api.js";
import { createClock, createReplay, createRoadPlay, newPosition, RECORD_STATES, SPEEDS } from "./data/replay.js";
import { byId, el, fill, setText } from "./dom.js";
import { readNightHash, writeNightHash } from "./nights-hash.js";
import { createNightsMap } from "./nights-map.js";
import { prepareStaffPage, sentenceOf } from "./staff.js";
import { createFleetBars, SHAPES } from "./ui/fleet-bars.js";
import { createNightRecord } from "./ui/night-record.js";
import { recordPatterns } from "./ui/record-shapes.js";
import { icon, statusSample, vehicleSample } from "./ui/samples.js";
import { createSearch } from "./ui/search.js";
import { createTimeSlider } from "./ui/time-slider.js";

const LISTS_MS = 250; // what is read, not watched, follows the clock so often
const CALM_MS = 500;
const ADDRESS_MS = 500;
const DAY_MS = 86_400_000;
const NIGHTS = 120; // listed at once: a season
const MORE = "more"; // the choice of older ones
const calm = matchMedia("(prefers-reduced-motion: reduce)");

const { language, t, onTheme, begin: beginPage } = await prepareStaffPage("nights.title");
document.body.append(recordPatterns());
const loading = byId("loading");
const say = (/** @type {string} */ sentence) => setText(loading, sentence);
const { town, timezone, format } = await beginPage(say);
const dayWords = new Intl.DateTimeFormat(language, { year: "numeric", month: "short", day: "numeric", weekday: "short", timeZone: "UTC" });
const dated = new Intl.DateTimeFormat(language, { month: "numeric", day: "numeric", timeZone: timezone });
const clockWords = (/** @type {number} */ time) => `${dated.format(time)} ${format.exactTime(time)}`;

/** @typedef {import("./data/replay.js").Track} Track */
/** What is played and shown; the night's parts are replaced together when another one is chosen. */
const place = readNightHash(location.hash);
const clock = createClock(0, 1);
clock.speed = place.speed ?? 60;
let replay = createReplay();
/** @type {ReturnType<typeof createRoadPlay> | null} */
let roadPlay = null;
/** @type {import("./types.js").Night[]} */
let nights = [];
/** The last of those that were listed without a hole. */
let oldest = "";
/** @type {import("./types.js").VehicleNight | null} */
let vehicleNight = null;
/** @type {Awaited<ReturnType<typeof createNightsMap<Track>>> | null} */
let map = null;
let mustFit = true; // the map still shows the whole town
let asked = 0; // the last night that was asked for
let recordAsked = 0;
const only = /** @type {HTMLInputElement} */ (byId("only"));
const nightSelect = /** @type {HTMLSelectElement} */ (byId("night"));
const vehicleSelect = /** @type {HTMLSelectElement} */ (byId("vehicle"));

let addressTimer = 0;
function keepAddress() {
	clearTimeout(addressTimer);
	addressTimer = window.setTimeout(() => {
		place.t = clock.time > clock.from ? clock.time : undefined;
		place.speed = clock.speed;
		history.replaceState(null, "", writeNightHash(place) || location.pathname);
	}, ADDRESS_MS);
}

// One of each, for all frames.
const position = newPosition();
const seen = { code: "", lon: 0, lat: 0, course: 0, shape: /** @type {import("./types.js").VehicleState} */ ("off"), isPicked: false };
/** @type {readonly Track[]} */
let drawn = [];

/** Where a vehicle is drawn now, or null. @param {Track} track */
function look(track) {
	replay.place(track, clock.time, position);
	if (!position.known) {
		return null;
	}
	seen.code = track.code;
	seen.lon = position.lon;
	seen.lat = position.lat;
	seen.course = position.course;
	seen.shape = SHAPES[RECORD_STATES[position.state]];
	seen.isPicked = track.code === place.vehicle;
	return seen;
}

function chooseDrawn() {
	drawn = only.checked && place.vehicle ? replay.tracks().filter(({ code }) => code === place.vehicle) : replay.tracks();
	map?.draw();
}

const fleetBars = createFleetBars(byId("fleet"), { t, onPick: (code) => pickVehicle(code === place.vehicle ? undefined : code) });
const slider = createTimeSlider(byId("player"), {
	t, format, clockWords,
	onSeek(time) {
		clock.seek(time);
		showMoment();
		keepAddress();
	},
	onSpeed(speed) {
		clock.speed = SPEEDS.includes(speed) ? speed : 60;
		keepAddress();
	},
	onPlay() {
		if (!clock.playing && clock.time >= clock.to) {
			clock.seek(clock.from);
		}
		clock.playing = !clock.playing;
		showMoment();
		keepAddress();
		start();
	},
});
slider.show(clock);
const record = createNightRecord(byId("record-content"), {
	t, format,
	file: api.vehicleNightFile,
	onRoad: pickRoad,
	onSeek(time) {
		clock.seek(time);
		showMoment();
		keepAddress();
	},
});

/** Goes to where the night was, once there is a map and a night, and not away from where one went. */
function fitMap() {
	const bounds = replay.bounds();
	if (map && mustFit && bounds && replay.until() >= clock.to) {
		mustFit = false;
		map.showBounds(bounds);
	}
}

/** @type {number[]} */
const changedLinks = [];
function showRoads() {
	if (roadPlay && map) {
		changedLinks.length = 0;
		roadPlay.seek(clock.time, (link) => changedLinks.push(link));
		if (changedLinks.length > 0) {
			map.roads({ links: roadPlay.links, changed: changedLinks });
		}
	}
}

/** @param {string} code */
function lookUp(code) {
	const track = replay.track(code);
	position.known = false;
	if (track) {
		replay.place(track, clock.time, position);
	}
	return position;
}

/** Everything that follows the clock but the vehicles. */
function showLists() {
	const picked = replay.track(place.vehicle);
	const where = picked && !mustFit && look(picked);
	if (where) {
		map?.follow(where.lon, where.lat, false);
	}
	slider.show(clock);
	fleetBars.mark(clock.time, lookUp);
	record.mark(clock.time);
	showRoads();
}

function showMoment() {
	map?.draw();
	showLists();
}

let isRunning = false;
/** Runs while the night is played. */
function start() {
	if (isRunning || !clock.playing) {
		return;
	}
	isRunning = true;
	let [before, drewAt, listedAt] = [performance.now(), 0, 0];
	/** @param {number} now */
	function frame(now) {
		clock.tick(Math.min(250, Math.max(0, now - before)), Math.max(clock.from, replay.until()));
		before = now;
		if (now - drewAt >= (calm.matches ? CALM_MS : 0)) {
			drewAt = now;
			map?.draw();
		}
		if (now - listedAt >= LISTS_MS) {
			listedAt = now;
			showLists();
		}
		if (clock.playing) {
			requestAnimationFrame(frame);
			return;
		}
		isRunning = false;
		showMoment();
		keepAddress();
	}
	requestAnimationFrame(frame);
}

// Choosing.

const currentNight = () => nights.find(({ day }) => day === place.day);

function showVehicles() {
	const tracks = replay.tracks();
	const known = tracks.some(({ code }) => code === place.vehicle);
	fill(vehicleSelect, el("option", { value: "" }, t("nights.all", { n: tracks.length })),
		place.vehicle && !known && el("option", { value: place.vehicle }, place.vehicle),
		...tracks.map(({ code, name }) => el("option", { value: code }, name ? `${code} ${name}` : code)));
	vehicleSelect.value = place.vehicle ?? "";
	only.disabled = !place.vehicle;
	fleetBars.show(tracks.map((track) => ({ code: track.code, states: replay.states(track) })), clock.from, clock.to);
	fleetBars.pick(place.vehicle ?? null);
	chooseDrawn();
}

async function showRecord() {
	const number = ++recordAsked;
	const { day, vehicle, road } = place;
	const night = currentNight();
	if (!day || !night) {
		return;
	}
	try {
		const [ofVehicle, ofRoad] = await Promise.all([
			vehicle ? (vehicleNight?.vehicle === vehicle && vehicleNight.day === day ? vehicleNight : api.getVehicleNight(vehicle, day)) : null,
			road ? api.getRoadNight(road, day) : null,
		]);
		if (number !== recordAsked) {
			return;
		}
		vehicleNight = ofVehicle;
		const kind = ofVehicle?.name ? ` ${ofVehicle.name}` : "";
		setText(byId("record-title"), ofVehicle ? t("record.of_vehicle", { code: ofVehicle.vehicle + kind })
			: ofRoad ? t("record.of_road", { name: ofRoad.name || t("road.unnamed") }) : t("record.title"));
		byId("main").dataset.record = ofVehicle || ofRoad ? "some" : "none";
		record.show({ night: ofVehicle, road: ofRoad, from: clock.from, to: clock.to });
		record.mark(clock.time);
	} catch (error) {
		if (number === recordAsked) {
			fill(byId("record-content"), el("p", { class: "notice bad", role: "alert" }, sentenceOf(error, t)));
		}
	}
}

/** @param {string | undefined} code */
function pickVehicle(code) {
	place.vehicle = code || undefined;
	vehicleSelect.value = place.vehicle ?? "";
	only.disabled = !code;
	fleetBars.pick(code ?? null);
	chooseDrawn();
	const track = replay.track(place.vehicle);
	const where = track && look(track);
	if (where) {
		mustFit = false;
		map?.follow(where.lon, where.lat, true);
	}
	keepAddress();
	return showRecord();
}

/** @param {number | undefined} road */
function pickRoad(road) {
	place.road = road;
	keepAddress();
	return showRecord();
}

/** @param {number} link */
async function pickLink(link) {
	const found = await api.getLink(link).catch(() => null);
	if (found) {
		map?.mark(found.road.links);
		await pickRoad(found.road.id);
	}
}

/** Fetches a night page by page; what has come can be played already. @param {string} day */
async function loadNight(day) {
	const number = ++asked;
	const night = nights.find((one) => one.day === day);
	if (!night) {
		return;
	}
	place.day = day;
	nightSelect.value = day;
	[clock.from, clock.to, clock.playing] = [Date.parse(night.from), Date.parse(night.to), false];
	clock.seek(place.t ?? clock.from);
	[replay, roadPlay, vehicleNight] = [createReplay(), null, null];
	slider.span(clock.from, clock.to);
	setText(byId("night-facts"), t("nights.facts", {
		from: format.time(clock.from), to: format.time(clock.to), n: format.count(night.vehicles), worked: format.km(night.worked_m),
	}));
	showVehicles();
	map?.roads({ links: new Map(), changed: null });
	showRecord();
	keepAddress();
	try {
		const end = new Date(Math.min(clock.to + 1, clock.from + DAY_MS)).toISOString();
		const roads = api.getReplayRoads(night.from, end);
		for (let next = /** @type {string | null} */ (night.from); next !== null; ) {
			setText(loading, t("nights.loading", { percent: format.percent(Math.min(1, Math.max(0, (Date.parse(next) - clock.from) / Math.max(1, clock.to - clock.from)))) }));
			const page = await api.getReplay(next, end);
			if (number !== asked) {
				return;
			}
			replay.add(page);
			next = page.next;
			showVehicles();
			showMoment();
			fitMap();
		}
		const columns = await roads;
		if (number === asked) {
			roadPlay = createRoadPlay(columns);
			setText(loading, "");
			showMoment();
		}
	} catch (error) {
		if (number === asked) {
			setText(loading, sentenceOf(error, t));
		}
	}
}

/** The night's own words: 2027年1月15日(金). @param {import("./types.js").Night} night */
const nightWords = ({ day, vehicles }) => t("nights.option", { day: dayWords.format(Date.parse(`${day}T00:00:00Z`)), n: vehicles });

/** Lists the nights that are known, and a choice for older ones. @param {boolean} more whether there may be some */
function showNights(more) {
	fill(nightSelect, ...nights.map((night) => el("option", { value: night.day }, nightWords(night))),
		more && el("option", { value: MORE }, t("nights.more")));
	nightSelect.value = place.day ?? "";
}

async function showOlder() {
	try {
		const older = await api.getNights(NIGHTS, oldest);
		oldest = older[older.length - 1]?.day ?? oldest;
		nights = [...nights.filter(({ day }) => !older.some((night) => night.day === day)), ...older].sort((a, b) => (a.day < b.day ? 1 : -1));
		showNights(older.length === NIGHTS);
		if (older.length > 0) {
			await loadNight(older[0].day);
		}
	} catch (error) {
		nightSelect.value = place.day ?? "";
		setText(loading, sentenceOf(error, t));
	}
}

/** The night of an address that is older than those listed. @param {string} day */
async function findOld(day) {
	const next = new Date(Date.parse(`${day}T00:00:00Z`) + DAY_MS);
	const [found] = Number.isNaN(next.getTime()) ? [] : await api.getNights(1, next.toISOString().slice(0, 10)).catch(() => []);
	return found?.day === day ? found : null;
}

async function begin() {
	setText(loading, t("nights.loading_list"));
	nights = await api.getNights(NIGHTS);
	const more = nights.length === NIGHTS;
	oldest = nights[nights.length - 1]?.day ?? "";
	const old = place.day && nights.length > 0 && !currentNight() && (await findOld(place.day));
	if (old) {
		nights = [...nights, old];
	}
	setText(loading, "");
	if (nights.length === 0) {
		fill(byId("record-content"), el("div", { class: "empty" }, icon("truck"), el("h2", {}, t("nights.none")), el("p", {}, t("nights.none_text"))));
		setText(byId("record-title"), t("record.title"));
		return;
	}
	showNights(more);
	nightSelect.addEventListener("change", () => {
		place.t = undefined;
		if (nightSelect.value === MORE) {
			showOlder();
		} else {
			loadNight(nightSelect.value);
		}
	});
	vehicleSelect.addEventListener("change", () => pickVehicle(vehicleSelect.value || undefined));
	only.addEventListener("change", chooseDrawn);
	const { t: moment = NaN } = place;
	const wanted = currentNight() ?? (place.day ? null : nights.find(({ from, to }) => moment >= Date.parse(from) && moment <= Date.parse(to)));
	if (!wanted) {
		place.t = undefined;
	}
	await loadNight((wanted ?? nights[0]).day);
}

createSearch({
	input: /** @type {HTMLInputElement} */ (byId("road-search")),
	results: byId("road-results"),
	t,
	find: async (text) =>
		(await api.findRoads(text)).map((road) => ({
			key: String(road.id),
			sample: statusSample("none"),
			name: road.name || `${t("road.unnamed")} ${road.source_id}`,
			detail: format.length(road.length_m),
			pick: () => {
				map?.mark(road.links);
				pickRoad(road.id);
			},
		})),
});

fill(byId("legend-body"), el("ul", {},
	...(/** @type {const} */ (["done", "working", "partly", "none", "not_ours"])).map((status) => el("li", {}, statusSample(status), t(`status.${status}`))),
	...(/** @type {const} */ (["work", "transfer", "waiting", "gap", "off"])).map((state) => el("li", {}, vehicleSample(SHAPES[state]), t(`record.${state}`)))),
	el("p", { class: "quiet" }, t("nights.legend_text")));
/** @type {HTMLDetailsElement} */ (byId("legend")).open = matchMedia("(min-width: 1100px) and (min-height: 900px)").matches;

const began = begin().catch((error) => setText(loading, sentenceOf(error, t)));
const [areas, depots] = await Promise.all([api.getAreas(), api.getDepots()].map((answer) => answer.catch(() => null)));
try {
	map = await createNightsMap(byId("map"), {
		town, areas, depots, t, onTheme, look,
		vehicles: () => drawn,
		onVehicle: ({ code }) => pickVehicle(code),
		onLink: pickLink,
	});
	if (roadPlay) {
		map.roads({ links: /** @type {any} */ (roadPlay).links, changed: null });
	}
	showMoment();
	fitMap();
} catch (error) {
	console.warn("no map:", error);
	byId("map").replaceWith(el("div", { class: "empty" }, icon("map"), el("h2", {}, t("empty.map.title")), el("p", {}, t("nights.no_map"))));
	byId("legend").hidden = true;
}
await began;
