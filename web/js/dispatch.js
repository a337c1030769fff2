// SPDX-License-Identifier: Apache-2.0
/*
 * The dispatcher's page: wires the live picture to lists and map.
 */
import * as api from "./data/api.js";
import { summarise } from "./data/coverage.js";
import { listVehicles, newestFix } from "./data/fleet.js";
import { createLive } from "./data/live.js";
import { paced } from "./data/store.js";
import { el, byId, fill, setText } from "./dom.js";
import { createFormat } from "./format.js";
import { readHash, writeHash } from "./hash.js";
import { createDispatchMap } from "./dispatch-map.js";
import { createSelection } from "./dispatch-selection.js";
import { preparePage } from "./page.js";
import { createLamp } from "./ui/lamp.js";
import { createLegend } from "./ui/legend.js";
import { createOperationBoard } from "./ui/operation-board.js";
import { createProgressBoard } from "./ui/progress-board.js";
import { roadWords } from "./ui/road-card.js";
import { icon, statusSample, vehicleSample } from "./ui/samples.js";
import { createSearch } from "./ui/search.js";
import { createTabs } from "./ui/tabs.js";
import { createVehicleList, stateWords } from "./ui/vehicle-list.js";

const RETRY_MS = 3000;
const PACE_MS = 250; // lists are read, not watched

/** Asks until there is an answer: a page that was opened before the server must not stay empty. @template T @param {() => Promise<T>} ask @param {() => void} onFailure */
async function persist(ask, onFailure) {
	for (;;) {
		try {
			return await ask();
		} catch {
			onFailure();
			await new Promise((done) => setTimeout(done, RETRY_MS));
		}
	}
}

const { language, t, onTheme } = await preparePage(api.getLocale);
document.title = `${t("dispatch.title")}｜${t("brand")}`;
const lamp = createLamp(byId("lamp"));
lamp.show("wait", t("link.connecting"));

const town = await persist(api.getTown, () => lamp.show("bad", t("link.lost")));
const format = createFormat(language, town.timezone || "Asia/Tokyo");
const live = createLive();
setText(byId("town"), town.name);

/** @type {import("./hash.js").Place} */
const place = readHash(location.hash);
/** @type {import("./map/roads.js").Colouring} */
let colouring = place.by === "age" ? "age" : "status";
/** @type {Awaited<ReturnType<typeof createDispatchMap>> | null} */
let map = null;

function keepAddress() {
	const hash = writeHash(place);
	history.replaceState(null, "", hash || location.pathname + location.search);
}

const selection = createSelection({
	live,
	t,
	format,
	place,
	map: () => map,
	onChange() {
		showFleet();
		keepAddress();
	},
});
const vehicleList = createVehicleList({
	filters: byId("filters"),
	list: byId("vehicles"),
	empty: byId("vehicles-empty"),
	t,
	format,
	onPick: selection.pickVehicle,
});

function showFleet() {
	vehicleList.show({ fleet: live.fleet.get(), now: live.now(), picked: place.vehicle ?? null });
	selection.show();
}

const progressBoard = createProgressBoard(byId("panel-progress"), { t, format });
const operationBoard = createOperationBoard(byId("panel-operation"), {
	t,
	format,
	timezone: town.timezone || "Asia/Tokyo",
	now: live.now,
	onOpen: async (operation) => live.operation.set(await api.openOperation(operation)),
	onClose: async (id) => {
		await api.closeOperation(id);
		live.operation.set(null);
		live.start();
	},
});

const tabs = createTabs(byId("tabs"), (name) => {
	place.tab = name;
	keepAddress();
});
tabs.show(place.tab ?? "vehicles") || tabs.show("vehicles");

const legend = createLegend(byId("legend-body"), { t, onColouring: colour });
/** @type {HTMLDetailsElement} */ (byId("legend")).open = matchMedia("(min-width: 701px) and (min-height: 700px)").matches;

/** @param {import("./map/roads.js").Colouring} next */
function colour(next) {
	colouring = next;
	place.by = next === "age" ? "age" : undefined;
	legend.show(next);
	map?.colour(next, live.now());
	keepAddress();
}
legend.show(colouring);

createSearch({
	input: /** @type {HTMLInputElement} */ (byId("search")),
	results: byId("search-results"),
	t,
	async find(text) {
		const wanted = text.toLowerCase();
		const vehicles = listVehicles(live.fleet.get())
			.filter((vehicle) => `${vehicle.code} ${vehicle.name}`.toLowerCase().includes(wanted))
			.slice(0, 5)
			.map((vehicle) => ({
				key: vehicle.code,
				sample: vehicleSample(vehicle.state),
				name: vehicle.code,
				detail: stateWords(vehicle, t),
				pick: () => selection.pickVehicle(vehicle.code),
			}));
		const roads = (await api.findRoads(text)).map((road) => {
			const { status, newest } = summarise(live.coverage.get().links, road.links, road.admin);
			const last = newest === null ? "" : `・${format.age(live.now() - newest * 1000)}`;
			return {
				key: `road ${road.id}`,
				sample: statusSample(status),
				name: road.name || `${t("road.unnamed")} ${road.source_id}`,
				detail: `${t(`status.${status}`)}${last}・${roadWords(road, t, format)}`,
				pick: () => selection.pickRoad(road),
			};
		});
		return [...vehicles, ...roads];
	},
});

// The bar on top.

function showBanner() {
	const operation = live.operation.get();
	const target = operation?.target ? Date.parse(operation.target) : null;
	const now = live.now();
	fill(
		byId("banner"),
		el("strong", {}, operation ? operation.name : t("operation.none")),
		operation && el("span", {}, t("banner.since", { time: format.when(Date.parse(operation.start), now) })),
		target !== null && el("span", {}, t("banner.target", { time: format.when(target, now) })),
	);
}

function showLamp() {
	const state = live.link.get();
	const newest = newestFix(live.fleet.get());
	const detail = newest === null ? "" : t("link.newest", { age: format.age(live.now() - newest) });
	const lampState = /** @type {const} */ ({ live: "good", connecting: "wait", stale: "wait", lost: "bad" })[state];
	lamp.show(lampState, t(`link.${state}`), detail);
}

live.fleet.subscribe(paced(PACE_MS, showFleet));
live.link.subscribe(showLamp);
live.progress.subscribe(paced(PACE_MS, progressBoard.show));
const [areas, depots] = await Promise.all([api.getAreas(), api.getDepots()].map((answer) => answer.catch(() => null)));
operationBoard.setAreas(areas?.features.map((feature) => String(feature.properties?.name)) ?? []);
live.operation.subscribe((operation) => {
	showBanner();
	operationBoard.show(operation);
	api.getOperations().then(operationBoard.showHistory, () => {});
});
setInterval(() => {
	live.check();
	showLamp();
	showFleet();
}, 1000);
setInterval(() => {
	showBanner();
	if (colouring === "age") {
		map?.colour(colouring, live.now());
	}
}, 30_000);

await live.start();

/** @param {import("./map/pick.js").Picked} picked */
function onPick(picked) {
	if (picked?.kind === "vehicle") {
		selection.pickVehicle(picked.code);
	} else if (picked?.kind === "road") {
		selection.pickLink(picked.id);
	} else {
		selection.close();
	}
}

try {
	map = await createDispatchMap(byId("map"), { town, areas, depots, place: place.map, live, colouring, t, onPick, onTheme });
	map.onMove((where) => {
		place.map = where;
		keepAddress();
	});
} catch (error) {
	console.warn("no map:", error);
	byId("map").replaceWith(el("div", { class: "empty" }, icon("map"), el("h2", {}, t("empty.map.title")), el("p", {}, t("empty.map.text"))));
	byId("legend").hidden = true;
}
selection.restore();
