// SPDX-License-Identifier: Apache-2.0
/*
 * What the dispatcher looks at: one vehicle, one road or a box, on the map, in the card and in the address.
 */
import * as api from "./data/api.js";
import { createRoadExtra } from "./dispatch-corrections.js";
import { el } from "./dom.js";
import { word } from "./i18n.js";
import { reason } from "./refusal.js";
import { boxCard } from "./ui/box-card.js";
import { createCard } from "./ui/card.js";
import { roadCard } from "./ui/road-card.js";
import { vehicleCard } from "./ui/vehicle-card.js";

/** @typedef {Awaited<ReturnType<typeof import("./dispatch-map.js").createDispatchMap>>} DispatchMap */
/** @typedef {import("./types.js").Bounds} Bounds */

/**
 * @param {object} parts
 * @param {import("./data/live.js").Live} parts.live
 * @param {import("./dispatch-view.js").View} parts.view
 * @param {import("./i18n.js").Translate} parts.t
 * @param {import("./format.js").Format} parts.format
 * @param {string} parts.timezone
 * @param {boolean} parts.mayChange
 * @param {boolean} parts.mayReview whether who is signed in may see corrections and summaries
 * @param {import("./hash.js").Place} parts.place the address, whose link, vehicle and box this keeps
 * @param {() => DispatchMap | null} parts.map null while there is none
 * @param {() => void} parts.onChange
 */
export function createSelection({ live, view, t, format, timezone, mayChange, mayReview, place, map, onChange }) {
	/** @type {import("./types.js").Link | null} What the card says of place.link. */
	let link = null;
	/** @type {{show: () => void, element: HTMLElement} | null} What stays below it. */
	let extra = null;
	/** @type {{links: Set<number>, counts: import("./types.js").Count[]} | null} What is known of place.box. */
	let box = null;

	/** @param {{link?: number, vehicle?: string, box?: Bounds}} what */
	function choose(what) {
		place.link = what.link;
		place.vehicle = what.vehicle;
		place.box = what.box;
		link = null;
		extra = null;
		box = null;
		map()?.mark(what.link === undefined ? [] : [what.link], what.vehicle ?? null);
		map()?.box.show(what.box ?? null);
		onChange();
	}

	const card = createCard(() => choose({}));

	/** A vehicle's class in a word. @param {string | null} code */
	function machineOf(code) {
		const kind = code === null ? undefined : live.fleet.get().get(code)?.class;
		return kind && kind !== "any" ? word(t, "class", kind) : "";
	}

	/** The hour by which the chosen link is to be done: as its class in the operation, else its class's own. @param {import("./types.js").Link} of */
	function targetOf(of) {
		const operation = live.operation.get();
		const concerned = operation && (operation.areas.length === 0 || operation.areas.includes(of.area ?? ""));
		const target = concerned ? live.progress.get()?.classes.find(({ name }) => name === of.road.class)?.target : null;
		return target ? format.when(Date.parse(target), live.now()) : (of.finish_by ?? null);
	}

	/** Brings the card up to date. */
	function show() {
		const how = { t, format, now: live.now() };
		const vehicle = place.vehicle !== undefined && live.fleet.get().get(place.vehicle);
		if (vehicle) {
			card.show(`vehicle ${vehicle.code}`, vehicleCard(vehicle, { ...how, onRoad: (id) => pickLink(id, true) }));
		} else if (link) {
			card.show(`link ${link.id}`, { ...roadCard(link, { ...how, machineOf, target: targetOf(link) }), extra: extra?.element });
		} else if (box) {
			const { links, counts } = box;
			const rows = view.allRows().filter((row) => row.links.some((id) => links.has(id)));
			card.show(`box ${place.box}`, boxCard({ rows, counts }, { ...how, onLink: (id) => pickLink(id, true) }));
		}
	}

	/** @param {string} code */
	function pickVehicle(code) {
		choose({ vehicle: code });
		const vehicle = live.fleet.get().get(code);
		if (vehicle && vehicle.lon !== null && vehicle.lat !== null) {
			map()?.showPoint([vehicle.lon, vehicle.lat]);
		}
		show();
	}

	/** @param {string} name of what is asked about @param {string} title @param {unknown} error */
	function complain(name, title, error) {
		const content = el("div", {}, el("p", { class: "notice bad", role: "alert" }, reason(error, t)));
		card.show(name, { title, subtitle: "", content });
	}

	/** Asks for what is known of the chosen link, and shows it unless another was chosen meanwhile. @param {number} id */
	async function fetchLink(id) {
		const answer = await api.getLink(id);
		if (place.link === id) {
			link = answer;
			if (mayReview && !extra) {
				extra = createRoadExtra(id, { live, t, format, timezone, mayChange });
			}
			show();
			extra?.show();
		}
		return answer;
	}

	/** @param {number} id @param {boolean} [move] whether the map goes there */
	async function pickLink(id, move = false) {
		choose({ link: id });
		try {
			const { center } = await fetchLink(id);
			if (move && center) {
				map()?.showPoint(center);
			}
		} catch (error) {
			complain(`link ${id}`, t("road.unnamed"), error);
		}
	}

	/** @param {Bounds} bounds */
	async function pickBox(bounds) {
		choose({ box: bounds });
		card.show(`asking ${bounds}`, { title: t("box.title"), subtitle: t("box.loading"), content: el("div") });
		try {
			const [links, counts] = await Promise.all([
				api.getLinksIn(bounds),
				mayReview ? api.getSummary(bounds, live.from.get() ?? live.now(), live.now() + 1000) : [],
			]);
			if (place.box === bounds) {
				box = { links: new Set(links), counts };
				show();
			}
		} catch (error) {
			complain(`box ${bounds}`, t("box.title"), error);
		}
	}

	/** All of a road: its middle link in the card, the whole on the map. @param {number[]} links */
	async function pickLinks(links) {
		await pickLink(links[Math.floor(links.length / 2)]);
		map()?.mark(links, null);
		if (link?.road.bounds) {
			map()?.showBounds(link.road.bounds);
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
		pickLinks,
		pickBox,
		close: card.close,
		/** What the address asked for, once the map is there. */
		restore() {
			if (place.vehicle !== undefined) {
				pickVehicle(place.vehicle);
			} else if (place.link !== undefined) {
				pickLink(place.link, !place.map);
			} else if (place.box) {
				pickBox(place.box);
			}
		},
	};
}
