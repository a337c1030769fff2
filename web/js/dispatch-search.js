// SPDX-License-Identifier: Apache-2.0
/*
 * What the dispatcher's search finds: vehicles, places (areas and depots), and roads with how they stand.
 */
import * as api from "./data/api.js";
import { summarise } from "./data/coverage.js";
import { listVehicles } from "./data/fleet.js";
import { roadWords } from "./ui/road-words.js";
import { depotSample, icon, statusSample, vehicleSample } from "./ui/samples.js";
import { stateWords } from "./ui/vehicle-list.js";

const VEHICLES_MAX = 5;
const PLACES_MAX = 5;

/** @typedef {import("./ui/search.js").Found} Found */

/**
 * @param {object} parts
 * @param {import("./data/live.js").Live} parts.live
 * @param {import("./i18n.js").Translate} parts.t
 * @param {import("./format.js").Format} parts.format
 * @param {import("./data/places.js").NamedPlace[]} parts.places
 * @param {(code: string) => void} parts.onVehicle
 * @param {(place: import("./data/places.js").NamedPlace) => void} parts.onPlace
 * @param {(road: import("./types.js").Road) => void} parts.onRoad
 * @returns {(text: string) => Promise<Found[]>}
 */
export function createFinder({ live, t, format, places, onVehicle, onPlace, onRoad }) {
	/** @param {string} text */
	const vehicles = (text) =>
		listVehicles(live.fleet.get())
			.filter((vehicle) => `${vehicle.code} ${vehicle.name}`.toLowerCase().includes(text))
			.slice(0, VEHICLES_MAX)
			.map((vehicle) => ({
				key: vehicle.code,
				sample: vehicleSample(vehicle.state),
				name: vehicle.code,
				detail: stateWords(vehicle, t),
				pick: () => onVehicle(vehicle.code),
			}));

	/** @param {string} text */
	const named = (text) =>
		places
			.filter((place) => place.name.toLowerCase().includes(text))
			.slice(0, PLACES_MAX)
			.map((place) => ({
				key: `${place.kind} ${place.name}`,
				sample: place.kind === "depot" ? depotSample() : icon("map"),
				name: place.name,
				detail: t(`place.${place.kind}`),
				pick: () => onPlace(place),
			}));

	/** @param {import("./types.js").Road} road @returns {Found} */
	function found(road) {
		const { status, newest } = summarise(live.coverage.get().links, road.links, road.admin);
		const last = newest === null ? "" : `・${format.age(live.now() - newest * 1000)}`;
		return {
			key: `road ${road.id}`,
			sample: statusSample(status),
			name: road.name || `${t("road.unnamed")} ${road.source_id}`,
			detail: `${t(`status.${status}`)}${last}・${roadWords(road, t, format)}`,
			pick: () => onRoad(road),
		};
	}

	return async (text) => {
		const wanted = text.toLowerCase();
		const roads = await api.findRoads(text);
		return [...vehicles(wanted), ...named(wanted), ...roads.map(found)];
	};
}
