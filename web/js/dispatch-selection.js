// SPDX-License-Identifier: Apache-2.0
/*
 * What the dispatcher looks at: one vehicle or one road, on the map, in the card and in the address.
 */
import * as api from "./data/api.js";
import { el } from "./dom.js";
import { createCard } from "./ui/card.js";
import { roadCard } from "./ui/road-card.js";
import { vehicleCard } from "./ui/vehicle-card.js";

/** @typedef {Awaited<ReturnType<typeof import("./dispatch-map.js").createDispatchMap>>} DispatchMap */

/**
 * @param {object} parts
 * @param {import("./data/live.js").Live} parts.live
 * @param {import("./i18n.js").Translate} parts.t
 * @param {import("./format.js").Format} parts.format
 * @param {import("./hash.js").Place} parts.place the address, whose link and vehicle this keeps
 * @param {() => DispatchMap | null} parts.map null while there is none
 * @param {() => void} parts.onChange
 */
export function createSelection({ live, t, format, place, map, onChange }) {
	/** @type {import("./types.js").Link | null} What the card says of place.link. */
	let link = null;

	/** @param {number | undefined} id @param {string | undefined} vehicle */
	function choose(id, vehicle) {
		place.link = id;
		place.vehicle = vehicle;
		link = null;
		map()?.mark(id === undefined ? [] : [id], vehicle ?? null);
		onChange();
	}

	const card = createCard(() => choose(undefined, undefined));

	/** Brings the card up to date. */
	function show() {
		const how = { t, format, now: live.now() };
		const vehicle = place.vehicle !== undefined && live.fleet.get().get(place.vehicle);
		if (vehicle) {
			card.show(`vehicle ${vehicle.code}`, vehicleCard(vehicle, { ...how, onRoad: (id) => pickLink(id, true) }));
		} else if (link) {
			card.show(`link ${link.id}`, roadCard(link, how));
		}
	}

	/** @param {string} code */
	function pickVehicle(code) {
		choose(undefined, code);
		const vehicle = live.fleet.get().get(code);
		if (vehicle && vehicle.lon !== null && vehicle.lat !== null) {
			map()?.showPoint([vehicle.lon, vehicle.lat]);
		}
		show();
	}

	/** Asks for what is known of the chosen link, and shows it unless another was chosen meanwhile. @param {number} id */
	async function fetchLink(id) {
		const answer = await api.getLink(id);
		if (place.link === id) {
			link = answer;
			show();
		}
		return answer;
	}

	/** @param {number} id @param {boolean} [move] whether the map goes there */
	async function pickLink(id, move = false) {
		choose(id, undefined);
		try {
			const { center } = await fetchLink(id);
			if (move && center) {
				map()?.showPoint(center);
			}
		} catch (error) {
			const sentence = error instanceof Error ? error.message : String(error);
			const content = el("div", {}, el("p", { class: "notice bad", role: "alert" }, sentence));
			card.show(`link ${id}`, { title: t("road.unnamed"), subtitle: "", content });
		}
	}

	// A road that is being looked at is asked for again when it changed.
	live.coverage.subscribe(({ changed }) => {
		if (link && (changed === null || changed.includes(link.id))) {
			fetchLink(link.id).catch(() => {}); // what is shown stays, with its age
		}
	});

	return {
		show,
		pickVehicle,
		pickLink,
		close: card.close,
		/** A road of the table, as above. @param {import("./data/roads.js").RoadRow} row */
		async pickRow(row) {
			await pickLink(row.links[Math.floor(row.links.length / 2)]);
			map()?.mark(row.links, null);
			if (link?.road.bounds) {
				map()?.showBounds(link.road.bounds);
			}
		},
		/** The whole road: its middle link in the card, all of it on the map. @param {import("./types.js").Road} road */
		async pickRoad(road) {
			await pickLink(road.links[Math.floor(road.links.length / 2)]);
			map()?.mark(road.links, null);
			if (road.bounds) {
				map()?.showBounds(road.bounds);
			}
		},
		/** What the address asked for, once the map is there. */
		restore() {
			if (place.vehicle !== undefined) {
				pickVehicle(place.vehicle);
			} else if (place.link !== undefined) {
				pickLink(place.link, !place.map);
			}
		},
	};
}
