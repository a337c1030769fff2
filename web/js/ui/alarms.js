// SPDX-License-Identifier: Apache-2.0
/*
 * Units that fell silent in their shift: said aloud once, in sight until they are heard again, each to
 * be acknowledged; and the record of those before.
 */
import { el, fill, keep, setText } from "../dom.js";

/** @typedef {import("../types.js").Alarm} Alarm */

/** What is open, the unseen first. @param {Alarm[]} alarms */
const open = (alarms) =>
	alarms.filter(({ ended }) => ended === null).sort((a, b) => Number(a.acknowledged !== null) - Number(b.acknowledged !== null) || b.id - a.id);

/**
 * @param {HTMLElement} strip
 * @param {HTMLElement} log
 * @param {object} parts
 * @param {import("../i18n.js").Translate} parts.t
 * @param {import("../format.js").Format} parts.format
 * @param {() => number} parts.now
 * @param {boolean} parts.mayChange
 * @param {(vehicle: string) => void} parts.onVehicle
 * @param {(id: number) => Promise<unknown>} parts.onAcknowledge
 * @param {(error: unknown) => string} parts.whyNot a failure in words
 */
export function createAlarms(strip, log, { t, format, now, mayChange, onVehicle, onAcknowledge, whyNot }) {
	/** @type {Set<number>} Those that were said. */
	const said = new Set();
	const voice = el("p", { class: "unseen", role: "alert" });
	const list = el("ul");
	const trouble = el("p", { class: "notice bad", role: "alert", hidden: true });
	fill(strip, voice, list, trouble);

	/** @param {Alarm} alarm */
	const sentence = (alarm) => t("alarm.silent", { vehicle: alarm.vehicle, time: format.when(Date.parse(alarm.since), now()) });

	/** @param {Alarm} alarm */
	function make(alarm) {
		const button = el("button", { type: "button", class: "acknowledge", "aria-label": t("alarm.acknowledge_of", { vehicle: alarm.vehicle }) }, t("alarm.acknowledge"));
		button.addEventListener("click", async () => {
			button.disabled = true;
			trouble.hidden = true;
			try {
				await onAcknowledge(alarm.id);
			} catch (error) {
				setText(trouble, whyNot(error));
				trouble.hidden = false;
				button.disabled = false;
			}
		});
		return el(
			"li",
			{},
			el("button", { type: "button", class: "plain what", onclick: () => onVehicle(alarm.vehicle) }, el("b"), " ", el("span", { class: "age" })),
			el("span", { class: "who" }),
			button,
		);
	}

	/** @param {HTMLElement} item @param {Alarm} alarm */
	function showOne(item, alarm) {
		const [what, who, button] = /** @type {HTMLElement[]} */ ([...item.children]);
		item.toggleAttribute("data-seen", alarm.acknowledged !== null);
		setText(what.children[0], sentence(alarm));
		setText(what.children[1], format.age(now() - Date.parse(alarm.since)));
		setText(who, alarm.acknowledged ? t("alarm.seen", { name: alarm.acknowledged_by ?? "", time: format.when(Date.parse(alarm.acknowledged), now()) }) : "");
		button.hidden = !mayChange || alarm.acknowledged !== null;
	}

	/** @param {Alarm[]} alarms */
	function showLog(alarms) {
		const past = alarms.filter(({ ended }) => ended !== null);
		const row = (/** @type {Alarm} */ alarm) =>
			el(
				"li",
				{},
				sentence(alarm),
				el(
					"p",
					{ class: "quiet" },
					[
						t("alarm.ended", { time: format.when(Date.parse(alarm.ended ?? ""), now()) }),
						alarm.acknowledged && t("alarm.seen", { name: alarm.acknowledged_by ?? "", time: format.when(Date.parse(alarm.acknowledged), now()) }),
					]
						.filter(Boolean)
						.join("・"),
				),
			);
		fill(log, past.length > 0 && el("section", { class: "history" }, el("h2", {}, t("alarm.history")), el("ol", {}, ...past.map(row))));
	}

	/** @type {Alarm[]} */
	let shown = [];
	return {
		/** @param {Alarm[]} alarms */
		show(alarms) {
			const now_open = open(alarms);
			strip.hidden = now_open.length === 0;
			keep(list, now_open, { key: ({ id }) => String(id), make, show: showOne });
			const unsaid = now_open.filter(({ id, acknowledged }) => !said.has(id) && acknowledged === null);
			if (unsaid.length > 0) {
				unsaid.forEach(({ id }) => said.add(id));
				setText(voice, unsaid.map(sentence).join(" "));
			}
			if (alarms !== shown) {
				shown = alarms;
				showLog(alarms);
			}
		},
	};
}
