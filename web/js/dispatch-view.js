// SPDX-License-Identifier: Apache-2.0
/*
 * What of the live picture is wanted: the filters and the order of the address over vehicles and
 * roads, the same for lists and map.
 */
import * as api from "./data/api.js";
import { asks, choices, ROAD_FILTERS, VEHICLE_FILTERS, wantsRoad, wantsVehicle } from "./data/filters.js";
import { createRoadBook, ROAD_KEYS, sortRows } from "./data/roads.js";

const RETRY_MS = 3000;

/** Makes a thing anew only when what it is made of is another. @template T @param {(...parts: any[]) => T} make */
function kept(make) {
	/** @type {any[]} */
	let from = [];
	/** @type {T} */
	let made;
	return (/** @type {any[]} */ ...parts) => {
		if (parts.length !== from.length || parts.some((part, i) => part !== from[i])) {
			from = parts;
			made = make(...parts);
		}
		return made;
	};
}

/** @typedef {ReturnType<typeof createView>} View */

/**
 * @param {object} parts
 * @param {import("./data/live.js").Live} parts.live
 * @param {import("./hash.js").Place} parts.place whose filters and order this keeps
 */
export function createView({ live, place }) {
	const book = createRoadBook();
	/** @type {Set<() => void>} */
	const listeners = new Set();
	let version = 0; // of the filters
	/** @type {import("./types.js").RoadTable | null} */
	let table = null;

	function changed() {
		version++;
		listeners.forEach((listen) => listen());
	}

	/** @param {string | null} network */
	async function load(network) {
		if (network === null || network === table?.network) {
			return;
		}
		try {
			table = await api.getRoadTable();
			book.setTable(table, live.coverage.get().links);
			changed();
		} catch {
			setTimeout(() => load(live.network.get()), RETRY_MS);
		}
	}
	live.network.subscribe(load);
	live.coverage.subscribe(book.take);

	/** @param {import("./types.js").Vehicle} vehicle */
	const areaOf = (vehicle) => book.ofLink(vehicle.link)?.area ?? "";
	/** Minutes matter only to who asks for ages. */
	const minute = () => (place.age === undefined ? 0 : Math.floor(live.now() / 60_000));

	const fleet = kept((/** @type {import("./data/fleet.js").Fleet} */ all) =>
		asks(place, ["area", ...VEHICLE_FILTERS])
			? new Map([...all].filter(([, vehicle]) => wantsVehicle(place, vehicle, areaOf(vehicle))))
			: all,
	);
	const wanted = kept((/** @type {readonly import("./data/roads.js").RoadRow[]} */ all) =>
		asks(place, ["area", ...ROAD_FILTERS]) ? all.filter((row) => wantsRoad(place, row, live.now())) : all,
	);
	const sorted = kept((/** @type {readonly import("./data/roads.js").RoadRow[]} */ rows, /** @type {string | undefined} */ sort) => {
		const key = ROAD_KEYS.find((name) => name === sort?.replace(/^-/, ""));
		return key ? sortRows(rows, key, sort?.startsWith("-") ?? false) : rows;
	});
	const hidden = kept((/** @type {readonly import("./data/roads.js").RoadRow[]} */ all, /** @type {readonly import("./data/roads.js").RoadRow[]} */ rows) => {
		if (rows === all) {
			return null;
		}
		const links = new Set(all.flatMap((row) => row.links));
		rows.forEach((row) => row.links.forEach((id) => links.delete(id)));
		return links;
	});
	const rows = () => wanted(book.rows(), version, minute());

	return {
		/** The vehicles wanted. */
		fleet: () => fleet(live.fleet.get(), version),
		/** The roads wanted, in order. */
		rows: () => sorted(rows(), place.sort),
		/** The links of all other roads; null: there are none. @returns {ReadonlySet<number> | null} */
		hidden: () => hidden(book.rows(), rows()),
		/** All roads. */
		allRows: book.rows,
		roadOfLink: book.ofLink,
		areas: () => table?.areas ?? [],
		/** What there is to choose from. @returns {Record<import("./data/filters.js").FilterName, string[]>} */
		choices() {
			const vehicles = [...live.fleet.get().values()];
			return {
				area: choices([...(table?.areas ?? []), ""]),
				contractor: choices(vehicles.map((vehicle) => vehicle.contractor)),
				machine: choices(vehicles.map((vehicle) => vehicle.class)),
				state: ["silent", "work", "transfer", "waiting", "off"],
				class: choices(book.rows().map((row) => row.class)),
				status: ["done", "partly", "working", "none", "snowed", "unknown", "not_ours"],
				age: ["0", "1", "2", "3", "4", "5", "never"],
			};
		},
		/** @param {import("./data/filters.js").FilterName} name @param {string | undefined} value undefined: all */
		filter(name, value) {
			place[name] = value;
			changed();
		},
		/** Sorts by a column, the other way round when it was sorted by it. @param {import("./data/roads.js").RoadKey} key */
		sort(key) {
			place.sort = place.sort === key ? `-${key}` : key;
			changed();
		},
		/** Filters, order or the roads themselves are others. @param {() => void} listen */
		onChange: (listen) => listeners.add(listen),
	};
}
