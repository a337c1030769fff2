// SPDX-License-Identifier: Apache-2.0
/*
 * The page of past nights: one is chosen and played, with the record of a vehicle or a road in it.
 */
import * as api from "./data/api.js";
import { createNightPlay } from "./data/night-play.js";
import { RECORD_STATES, SPEEDS } from "./data/replay.js";
import { byId, el, fill, setText } from "./dom.js";
import { readNightHash, writeNightHash } from "./nights-hash.js";
import { createNightList } from "./nights-list.js";
import { createNightsMap } from "./nights-map.js";
import { reason } from "./refusal.js";
import { prepareStaffPage } from "./staff.js";
import { createFleetBars, SHAPES } from "./ui/fleet-bars.js";
import { createNightRecord } from "./ui/night-record.js";
import { recordPatterns } from "./ui/record-shapes.js";
import { createRunner } from "./ui/run-clock.js";
import { icon, statusSample, vehicleSample } from "./ui/samples.js";
import { createSearch } from "./ui/search.js";
import { createTimeSlider } from "./ui/time-slider.js";

const ADDRESS_MS = 500;

const page = await prepareStaffPage("nights.title");
const { language, t, onTheme } = page;
document.body.append(recordPatterns());
const say = (/** @type {string} */ sentence) => setText(byId("loading"), sentence);
const complain = (/** @type {unknown} */ error) => say(reason(error, t));
const { town, timezone, format } = await page.begin(say);
const dated = new Intl.DateTimeFormat(language, { month: "numeric", day: "numeric", timeZone: timezone });
const clockWords = (/** @type {number} */ time) => `${dated.format(time)} ${format.exactTime(time)}`;

/** @typedef {import("./data/replay.js").Track} Track */
const place = readNightHash(location.hash);
const play = createNightPlay(place.speed ?? 60);
const { clock } = play;
/** @type {import("./types.js").VehicleNight | null} */
let vehicleNight = null;
/** @type {Awaited<ReturnType<typeof createNightsMap<Track>>> | null} */
let map = null;
let mustFit = true; // the map still shows the whole town
let recordAsked = 0;
const only = /** @type {HTMLInputElement} */ (byId("only"));
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

// What follows the clock.

const seen = { code: "", lon: 0, lat: 0, course: 0, shape: /** @type {import("./types.js").VehicleState} */ ("off"), isPicked: false };
/** @type {readonly Track[]} */
let drawn = [];

/** Where a vehicle is drawn now, or null; the same object each time. @param {Track} track */
function look(track) {
	const position = play.at(track);
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
	drawn = only.checked && place.vehicle ? play.tracks().filter(({ code }) => code === place.vehicle) : play.tracks();
	map?.draw();
}

/** Goes to where the night was, once there is a map and a night, and not away from where one went. */
function fitMap() {
	const bounds = play.bounds();
	if (map && mustFit && bounds && play.isWhole()) {
		mustFit = false;
		map.showBounds(bounds);
	}
}

function showRoads() {
	const links = play.links();
	const changed = map && links ? play.changedLinks() : [];
	if (links && changed.length > 0) {
		map?.roads({ links, changed });
	}
}

/** Everything that follows the clock but the vehicles. */
function showLists() {
	const picked = play.track(place.vehicle);
	const where = picked && !mustFit && look(picked);
	if (where) {
		map?.follow(where.lon, where.lat, false);
	}
	slider.show(clock);
	fleetBars.mark(clock.time, (code) => play.at(play.track(code)));
	record.mark(clock.time);
	showRoads();
}

function showMoment() {
	map?.draw();
	showLists();
}

/** @param {number} time */
function seek(time) {
	clock.seek(time);
	showMoment();
	keepAddress();
}

const run = createRunner({
	clock,
	limit: play.limit,
	onFrame: () => map?.draw(),
	onLists: showLists,
	onEnd() {
		showMoment();
		keepAddress();
	},
});
const fleetBars = createFleetBars(byId("fleet"), { t, onPick: (code) => pickVehicle(code === place.vehicle ? undefined : code) });
const slider = createTimeSlider(byId("player"), {
	t, format, clockWords,
	onSeek: seek,
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
		run();
	},
});
slider.show(clock);
const record = createNightRecord(byId("record-content"), { t, format, file: api.vehicleNightFile, onRoad: pickRoad, onSeek: seek });

// Choosing.

function showVehicles() {
	const tracks = play.tracks();
	const known = tracks.some(({ code }) => code === place.vehicle);
	fill(vehicleSelect, el("option", { value: "" }, t("nights.all", { n: tracks.length })),
		place.vehicle && !known && el("option", { value: place.vehicle }, place.vehicle),
		...tracks.map(({ code, name }) => el("option", { value: code }, name ? `${code} ${name}` : code)));
	vehicleSelect.value = place.vehicle ?? "";
	vehicleSelect.disabled = tracks.length === 0;
	only.disabled = !place.vehicle;
	fleetBars.show(tracks.map((track) => ({ code: track.code, states: play.states(track) })), clock.from, clock.to);
	fleetBars.pick(place.vehicle ?? null);
	chooseDrawn();
}

async function showRecord() {
	const number = ++recordAsked;
	const { day, vehicle, road } = place;
	if (!day || !nights.find(day)) {
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
			fill(byId("record-content"), el("p", { class: "notice bad", role: "alert" }, reason(error, t)));
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
	const track = play.track(place.vehicle);
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

/** @param {import("./types.js").Night} night */
async function showNight(night) {
	place.day = night.day;
	byId("player").hidden = false;
	nights.mark(night);
	vehicleNight = null;
	play.open(night, place.t);
	slider.span(clock.from, clock.to);
	setText(byId("night-facts"), t("nights.facts", {
		from: format.time(clock.from), to: format.time(clock.to), n: format.count(night.vehicles), worked: format.km(night.worked_m),
	}));
	map?.roads({ links: new Map(), changed: null });
	showRecord();
	keepAddress();
	try {
		const done = await play.fetch((share) => {
			say(t("nights.loading", { percent: format.percent(share) }));
			showVehicles();
			showMoment();
			fitMap();
		});
		if (done) {
			say("");
			showMoment();
		}
	} catch (error) {
		complain(error);
	}
}

const nights = createNightList(/** @type {HTMLSelectElement} */ (byId("night")), {
	t, language,
	onNight(night) {
		place.t = undefined;
		showNight(night);
	},
	onTrouble: complain,
});

async function begin() {
	say(t("nights.loading_list"));
	await nights.begin(place.day);
	say("");
	const newest = nights.newest();
	if (!newest) {
		fill(byId("record-content"), el("div", { class: "empty" }, icon("truck"), el("h2", {}, t("nights.none")), el("p", {}, t("nights.none_text"))));
		setText(byId("record-title"), t("record.title"));
		return;
	}
	const { t: moment = NaN } = place;
	const wanted = nights.find(place.day) ?? (place.day ? undefined : nights.around(moment));
	if (!wanted) {
		place.t = undefined;
	}
	await showNight(wanted ?? newest);
}

vehicleSelect.addEventListener("change", () => pickVehicle(vehicleSelect.value || undefined));
only.addEventListener("change", chooseDrawn);
createSearch({
	input: /** @type {HTMLInputElement} */ (byId("road-search")),
	results: byId("road-results"),
	t,
	whyNot: (error) => reason(error, t),
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

const began = begin().catch(complain);
const [areas, depots] = await Promise.all([api.getAreas(), api.getDepots()].map((answer) => answer.catch(() => null)));
try {
	map = await createNightsMap(byId("map"), {
		town, areas, depots, t, onTheme, look,
		vehicles: () => drawn,
		onVehicle: ({ code }) => pickVehicle(code),
		onLink: pickLink,
	});
	const links = play.links();
	if (links) {
		map.roads({ links, changed: null });
	}
	showMoment();
	fitMap();
} catch (error) {
	console.warn("no map:", error);
	byId("map").replaceWith(el("div", { class: "empty" }, icon("map"), el("h2", {}, t("empty.map.title")), el("p", {}, t("nights.no_map"))));
	byId("legend").hidden = true;
}
await began;
