// SPDX-License-Identifier: Apache-2.0
/*
 * What goes on: the operation with its progress and what it leaves, alarms, troubles, closed roads.
 */
import * as api from "./data/api.js";
import { boundsOf } from "./data/places.js";
import { paced } from "./data/store.js";
import { byId } from "./dom.js";
import { reason } from "./refusal.js";
import { createAlarms } from "./ui/alarms.js";
import { createClosures } from "./ui/closures.js";
import { createOperationBoard } from "./ui/operation-board.js";
import { createProgressBoard } from "./ui/progress-board.js";
import { createRemainingList } from "./ui/remaining-list.js";
import { createTrouble } from "./ui/trouble.js";

const PACE_MS = 250;
const REMAINING = 30;

/**
 * @param {object} parts
 * @param {import("./data/live.js").Live} parts.live
 * @param {import("./i18n.js").Translate} parts.t
 * @param {import("./format.js").Format} parts.format
 * @param {string} parts.language
 * @param {string} parts.timezone
 * @param {boolean} parts.mayChange
 * @param {string[]} parts.areas
 * @param {(link: number) => void} parts.onLink
 * @param {(vehicle: string) => void} parts.onVehicle
 * @param {(bounds: import("./types.js").Bounds) => void} parts.onBounds
 */
export function createBoards({ live, t, format, language, timezone, mayChange, areas, onLink, onVehicle, onBounds }) {
	const how = { t, format, now: live.now };
	const whyNot = (/** @type {unknown} */ error) => reason(error, t);
	const [whole, ofOperation] = ["panel-progress", "operation-progress"].map((id) => createProgressBoard(byId(id), how));
	const remaining = createRemainingList(byId("operation-remaining"), { t, format, onLink });
	const alarms = createAlarms(byId("alarms"), byId("alarm-log"), { ...how, mayChange, onVehicle, onAcknowledge: api.acknowledgeAlarm, whyNot });
	const closures = createClosures(byId("closures"), {
		...how,
		language,
		onPick(closure) {
			const bounds = boundsOf({ type: "Feature", properties: {}, geometry: closure.geometry });
			if (bounds) {
				onBounds(bounds);
			}
		},
	});
	const operationBoard = createOperationBoard(byId("operation-board"), {
		...how,
		timezone,
		mayChange,
		whyNot,
		onOpen: async (operation) => live.operation.set(await api.openOperation(operation)),
		onClose: async (id) => {
			await api.closeOperation(id);
			live.operation.set(null);
			live.start();
		},
	});
	operationBoard.setAreas(areas);

	/** How far the work is; with an open operation also where the operation is, and what it leaves. */
	function showProgress() {
		const [progress, operation] = [live.progress.get(), live.operation.get()];
		whole.show(progress, operation);
		byId("operation-progress").hidden = operation === null;
		if (operation === null) {
			remaining.clear();
		} else {
			ofOperation.show(progress, operation);
			api.getRemaining(REMAINING).then(remaining.show, () => {}); // what is shown stays
		}
	}

	matchMedia("print").addEventListener("change", ({ matches }) => closures.print(matches));

	live.alarms.subscribe(alarms.show);
	live.trouble.subscribe(createTrouble(byId("trouble"), how).show);
	live.closures.subscribe(closures.show);
	live.progress.subscribe(paced(PACE_MS, showProgress));
	live.operation.subscribe((operation) => {
		operationBoard.show(operation);
		showProgress();
		api.getOperations().then(operationBoard.showHistory, () => {});
	});

	return {
		/** Ages and ends come by the clock. */
		tick() {
			alarms.show(live.alarms.get());
			closures.show(live.closures.get());
		},
	};
}
