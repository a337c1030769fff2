// SPDX-License-Identifier: Apache-2.0
/*
 * The dispatcher's page: wires the live picture to lists and map.
 */
import * as api from "./data/api.js";
import { FILTERS } from "./data/filters.js";
import { VEHICLE_STATES } from "./data/fleet.js";
import { createLive } from "./data/live.js";
import { namedPlaces } from "./data/places.js";
import { paced } from "./data/store.js";
import { createBar } from "./dispatch-bar.js";
import { createBoards } from "./dispatch-boards.js";
import { createKeys } from "./dispatch-keys.js";
import { createDispatchMap } from "./dispatch-map.js";
import { createFinder } from "./dispatch-search.js";
import { createSelection } from "./dispatch-selection.js";
import { createTools } from "./dispatch-tools.js";
import { createView } from "./dispatch-view.js";
import { wordsOfChoices } from "./dispatch-words.js";
import { byId, el } from "./dom.js";
import { goToSignIn } from "./account.js";
import { readHash, writeHash } from "./hash.js";
import { reason } from "./refusal.js";
import { prepareStaffPage } from "./staff.js";
import { showDepots } from "./ui/depot-list.js";
import { createFilterBar } from "./ui/filter-bar.js";
import { createLegend } from "./ui/legend.js";
import { createRoadTable } from "./ui/road-table.js";
import { closureSample, depotSample, icon, vehicleSample } from "./ui/samples.js";
import { createSearch } from "./ui/search.js";
import { createTabs } from "./ui/tabs.js";
import { createVehicleList } from "./ui/vehicle-list.js";

const PACE_MS = 250; // lists are read, not watched

const { language, t, onTheme, begin } = await prepareStaffPage("dispatch.title");
const bar = createBar({ banner: byId("banner"), lamp: byId("lamp"), outage: byId("outage"), asOf: byId("as-of") }, t);
const { session, mayChange, town, timezone, format } = await begin(bar.showTrouble);
const how = { t, format };
const live = createLive({ alarms: session.role !== "contractor" });

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

const view = createView({ live, place });
const selection = createSelection({
	...how,
	live,
	view,
	timezone,
	mayChange,
	mayReview: session.role !== "contractor",
	place,
	map: () => map,
	onChange() {
		showLists();
		keepAddress();
	},
});

const tools = createTools({ map: () => map, onBox: selection.pickBox });

// The lists.

const vehicleList = createVehicleList({
	...how,
	filters: byId("filters"),
	list: byId("vehicles"),
	empty: byId("vehicles-empty"),
	onPick: selection.pickVehicle,
	onFilter: (state) => view.filter("state", state),
});
const roadTable = createRoadTable(byId("panel-roads"), {
	...how,
	onPick: (row) => selection.pickLinks(row.links),
	onSort: view.sort,
});
const filterBar = createFilterBar(byId("filter-bar"), { t, names: FILTERS, onChange: view.filter });

function showVehicles() {
	vehicleList.show({ all: live.fleet.get(), fleet: view.fleet(), state: place.state, now: live.now(), picked: place.vehicle ?? null });
}

function showRoads() {
	if (place.tab === "roads") {
		const key = /** @type {import("./data/roads.js").RoadKey | undefined} */ (place.sort?.replace(/^-/, ""));
		const falling = place.sort?.startsWith("-") ?? false;
		const picked = view.roadOfLink(place.link ?? null)?.id;
		roadTable.show({ rows: view.rows(), total: view.allRows().length, now: live.now(), picked, sort: key ?? null, falling });
	}
}

function showLists() {
	showVehicles();
	showRoads();
	selection.show();
}

const tabs = createTabs(byId("tabs"), (name) => {
	place.tab = name;
	byId("side").dataset.tab = name;
	showRoads();
	keepAddress();
});
tabs.show(place.tab ?? "vehicles") || tabs.show("vehicles");

function showFilters() {
	filterBar.show(wordsOfChoices(view.choices(), t), place);
}
const noRoads = el("div", { class: "empty" }, icon("road"), el("h2", {}, t("empty.roads.title")), el("p", {}, t("empty.roads.text")));
/** Why the map is empty, until there are roads. */
function showEmpty() {
	noRoads.hidden = town.bounds !== null || view.allRows().length > 0;
}
byId("stage").append(noRoads);
showEmpty();
view.onChange(() => {
	showEmpty();
	showFilters();
	showLists();
	keepAddress();
});

const legend = createLegend(byId("legend-body"), {
	t,
	more: [
		[closureSample(), t("closure.label")],
		[depotSample(), t("place.depot")],
		...VEHICLE_STATES.map((state) => /** @type {[Element, string]} */ ([vehicleSample(state), t(`state.${state}`)])),
	],
	onColouring: colour,
});
// Where there is little room it is open only when somebody opens it.
const roomy = matchMedia("(min-width: 701px) and (min-height: 700px)");
const showLegend = () => (/** @type {HTMLDetailsElement} */ (byId("legend")).open = roomy.matches);
roomy.addEventListener("change", showLegend);
showLegend();

/** @param {import("./map/roads.js").Colouring} next */
function colour(next) {
	colouring = next;
	place.by = next === "age" ? "age" : undefined;
	legend.show(next);
	map?.colour(next, live.now());
	keepAddress();
}
legend.show(colouring);

// What comes from the server, and what time does.

live.fleet.subscribe(paced(PACE_MS, showVehicles));
live.coverage.subscribe(paced(PACE_MS, showRoads));
live.link.subscribe(() => bar.showLamp(live, format));
live.link.subscribe((state) => {
	// A stream that ended may mean that the session did.
	if (state === "lost") {
		api.getSession().catch((error) => error.status === 401 && goToSignIn());
	}
});
const [areas, depots] = await Promise.all([api.getAreas(), api.getDepots()].map((answer) => answer.catch(() => null)));
const boards = createBoards({
	...how,
	live,
	language,
	timezone,
	mayChange,
	areas: areas?.features.map((feature) => String(feature.properties?.name)) ?? [],
	onLink: (id) => selection.pickLink(id, true),
	onVehicle: selection.pickVehicle,
	onBounds: (bounds) => map?.showBounds(bounds),
});
live.operation.subscribe((operation) => bar.showOperation(operation, format, live.now()));
setInterval(() => {
	live.check();
	bar.showLamp(live, format);
	showLists();
	boards.tick();
}, 1000);
setInterval(() => {
	bar.showOperation(live.operation.get(), format, live.now());
	showFilters();
	if (colouring === "age") {
		map?.colour(colouring, live.now());
	}
}, 30_000);

/** @param {import("./data/places.js").NamedPlace} found */
const showPlace = ({ bounds }) => map?.showBounds(bounds);
showDepots(byId("depots"), { t, depots: namedPlaces("depot", depots), onPick: showPlace });

createSearch({
	input: /** @type {HTMLInputElement} */ (byId("search")),
	results: byId("search-results"),
	t,
	whyNot: (error) => reason(error, t),
	find: createFinder({
		...how,
		live,
		places: [...namedPlaces("area", areas), ...namedPlaces("depot", depots)],
		onVehicle: selection.pickVehicle,
		onPlace: showPlace,
		onRoad: (road) => selection.pickLinks(road.links),
	}),
});

createKeys({
	t,
	onTab: tabs.show,
	onFilter: filterBar.open,
	onColours: () => colour(colouring === "age" ? "status" : "age"),
	onBox: tools.askView,
	onDraw: tools.startDrawing,
});

await live.start();
showFilters();

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
	map = await createDispatchMap(byId("map"), { town, areas, depots, place: place.map, live, view, colouring, language, t, format, onPick, onBox: tools.drawn, onTheme });
	map.onMove((where) => {
		place.map = where;
		keepAddress();
	});
} catch (error) {
	console.warn("no map:", error);
	byId("map").replaceWith(el("div", { class: "empty" }, icon("map"), el("h2", {}, t("empty.map.title")), el("p", {}, t("empty.map.text"))));
	byId("legend").hidden = true;
	byId("map-tools").hidden = true;
}
selection.restore();
