// SPDX-License-Identifier: Apache-2.0
/*
 * The operation (出動): what is open now, opening and closing one, and those before.
 */
import { el, fill } from "../dom.js";
import { fromLocal, nextTime } from "../format.js";

/**
 * @typedef {object} OperationParts
 * @property {import("../i18n.js").Translate} t
 * @property {import("../format.js").Format} format
 * @property {string} timezone
 * @property {() => number} now
 * @property {boolean} mayChange open and close: who only looks gets no buttons that would be refused
 * @property {(operation: {name: string, reason: string, areas: string[], start?: string, target?: string}) => Promise<unknown>} onOpen
 * @property {(id: number) => Promise<unknown>} onClose
 * @property {(error: unknown) => string} whyNot a failure in words
 */

/** @param {HTMLElement} panel @param {OperationParts} parts */
export function createOperationBoard(panel, { t, format, timezone, now, mayChange, onOpen, onClose, whyNot }) {
	/** @type {string[]} */
	let areas = [];
	const current = el("div");
	const history = el("div");
	panel.append(current, history);

	/** @param {HTMLElement} place @param {unknown} error */
	const complain = (place, error) =>
		fill(place, el("p", { class: "notice bad", role: "alert" }, whyNot(error)));

	/** Runs what a button asks for, once, and says why it failed. @param {HTMLButtonElement} button @param {HTMLElement} place @param {() => Promise<unknown>} act */
	async function run(button, place, act) {
		button.disabled = true;
		fill(place);
		try {
			await act();
		} catch (error) {
			complain(place, error);
		}
		button.disabled = false;
	}

	/** @param {string} key @param {HTMLElement} input */
	const field = (key, input) => el("div", {}, el("label", { for: input.id }, t(key)), input);

	function form() {
		const name = el("input", { id: "operation-name", required: true, maxlength: 60, autocomplete: "off" });
		name.value = t("operation.default_name");
		const reason = el("textarea", { id: "operation-reason", maxlength: 200, placeholder: t("operation.reason_hint") });
		const start = el("input", { id: "operation-start", type: "datetime-local" });
		const target = el("input", { id: "operation-target", type: "time", value: "07:30" });
		const boxes = areas.map((area) => el("input", { type: "checkbox", value: area, checked: true }));
		const trouble = el("div");
		const button = el("button", { class: "primary" }, t("operation.open"));
		/** @param {Event} event */
		function submit(event) {
			event.preventDefault();
			const until = nextTime(target.value, now(), timezone);
			const began = fromLocal(start.value, timezone);
			const chosen = boxes.filter((box) => box.checked).map((box) => box.value);
			run(button, trouble, () =>
				onOpen({
					name: name.value.trim(),
					reason: reason.value.trim(),
					areas: chosen.length === areas.length ? [] : chosen,
					...(Number.isNaN(began) ? {} : { start: new Date(began).toISOString() }),
					...(until === null ? {} : { target: new Date(until).toISOString() }),
				}),
			);
		}
		return el(
			"section",
			{ class: "operation-form" },
			el("h2", {}, t("operation.new")),
			el("p", { class: "quiet" }, t("operation.none_text")),
			el(
				"form",
				{ onsubmit: submit },
				field("operation.name", name),
				field("operation.reason", reason),
				field("operation.start_field", start),
				field("operation.target", target),
				areas.length > 0 &&
					el(
						"details",
						{},
						el("summary", {}, t("operation.choose_areas", { n: areas.length })),
						el(
							"fieldset",
							{},
							el("legend", { class: "unseen" }, t("operation.areas")),
							...boxes.map((box) => el("label", { class: "check" }, box, box.value)),
						),
					),
				trouble,
				button,
			),
		);
	}

	/** @param {import("../types.js").Operation} operation */
	function open(operation) {
		const trouble = el("div");
		const sure = el("button", { class: "primary", hidden: true }, t("operation.close_sure"));
		const button = el("button", { onclick: () => (sure.hidden = !sure.hidden) }, t("operation.close"));
		sure.addEventListener("click", () => run(sure, trouble, () => onClose(operation.id)));
		const fact = (/** @type {string} */ key, /** @type {string} */ value) => [el("dt", {}, t(key)), el("dd", {}, value)];
		return el(
			"section",
			{ class: "operation" },
			el("h2", {}, operation.name),
			el(
				"dl",
				{ class: "facts" },
				...fact("operation.start", format.when(Date.parse(operation.start), now())),
				...(operation.target ? fact("operation.target", format.when(Date.parse(operation.target), now())) : []),
				...fact("operation.areas", operation.areas.length ? operation.areas.join("、") : t("operation.all_areas")),
				...(operation.reason ? fact("operation.reason", operation.reason) : []),
				...(operation.opened_by ? fact("operation.opened_by", operation.opened_by) : []),
			),
			trouble,
			mayChange && el("p", {}, button, " ", sure),
		);
	}

	return {
		/** Call before show(). @param {string[]} names */
		setAreas(names) {
			areas = names;
		},
		/** @param {import("../types.js").Operation | null} operation */
		show(operation) {
			fill(current, operation ? open(operation) : mayChange ? form() : el("p", { class: "quiet" }, t("operation.none")));
		},
		/** @param {import("../types.js").Operation[]} operations */
		showHistory(operations) {
			const past = operations.filter((operation) => operation.end);
			fill(
				history,
				past.length > 0 &&
					el(
						"section",
						{ class: "history" },
						el("h2", {}, t("operation.history")),
						el(
							"ol",
							{},
							...past.map((operation) =>
								el(
									"li",
									{},
									operation.name,
									el(
										"p",
										{ class: "quiet" },
										`${format.when(Date.parse(operation.start), now())} – ${format.when(Date.parse(operation.end ?? ""), now())}`,
										operation.opened_by && ` ${t("operation.by", { opened: operation.opened_by, closed: operation.closed_by ?? "" })}`,
									),
								),
							),
						),
					),
			);
		},
	};
}
