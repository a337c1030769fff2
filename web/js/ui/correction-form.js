// SPDX-License-Identifier: Apache-2.0
/*
 * "Was not cleared": a person's word against the record of one link, with reason and span of time;
 * and the corrections there are, which can be taken back.
 */
import { el, fill } from "../dom.js";
import { fromLocal, toLocal } from "../format.js";

/** @typedef {import("../types.js").Correction} Correction */

/**
 * @param {object} parts
 * @param {import("../i18n.js").Translate} parts.t
 * @param {import("../format.js").Format} parts.format
 * @param {string} parts.timezone
 * @param {() => number} parts.now
 * @param {boolean} parts.mayChange
 * @param {number} parts.link
 * @param {() => number} parts.from where the window begins
 * @param {(order: {link: number, from: string, to: string, reason: string}) => Promise<unknown>} parts.onAdd
 * @param {(id: number) => Promise<unknown>} parts.onWithdraw
 * @param {(error: unknown) => string} parts.whyNot a failure in words
 */
export function createCorrections({ t, format, timezone, now, mayChange, link, from, onAdd, onWithdraw, whyNot }) {
	const trouble = el("div");
	const list = el("div");
	const reason = el("textarea", { id: "correction-reason", required: true, maxlength: 200, placeholder: t("correction.reason_hint") });
	const start = el("input", { id: "correction-from", type: "datetime-local", required: true });
	const end = el("input", { id: "correction-to", type: "datetime-local", required: true });
	const send = el("button", { class: "primary" }, t("correction.send"));
	const details = el("details", { class: "correction", ontoggle: prepare }, el("summary", {}, t("correction.title")));

	/** @param {string} key @param {HTMLElement} input */
	const field = (key, input) => el("div", {}, el("label", { for: input.id }, t(key)), input);

	/** Opened, it speaks of the window up to now. */
	function prepare() {
		if (details.open && start.value === "") {
			start.value = toLocal(from(), timezone);
			end.value = toLocal(now() + 60_000, timezone);
		}
	}

	/** @param {HTMLButtonElement} button @param {() => Promise<unknown>} act */
	async function run(button, act) {
		button.disabled = true;
		fill(trouble);
		try {
			await act();
		} catch (error) {
			fill(trouble, el("p", { class: "notice bad", role: "alert" }, whyNot(error)));
		}
		button.disabled = false;
	}

	/** @param {Event} event */
	function submit(event) {
		event.preventDefault();
		run(send, async () => {
			const [first, last] = [start, end].map((input) => new Date(fromLocal(input.value, timezone)).toISOString());
			await onAdd({ link, from: first, to: last, reason: reason.value.trim() });
			reason.value = "";
			details.open = false;
		});
	}
	details.append(
		el("form", { onsubmit: submit }, el("p", { class: "quiet" }, t("correction.text")), field("correction.reason", reason), field("correction.from", start), field("correction.to", end), send),
	);

	/** @param {Correction} correction */
	function row(correction) {
		const back = el("button", { type: "button" }, t("correction.withdraw"));
		back.addEventListener("click", () => run(back, () => onWithdraw(correction.id)));
		const when = (/** @type {string} */ time) => format.when(Date.parse(time), now());
		return el(
			"li",
			{},
			el("p", {}, el("b", {}, correction.reason)),
			el("p", { class: "quiet" }, t("correction.row", { from: when(correction.from), to: when(correction.to), name: correction.name, made: when(correction.made) })),
			correction.withdrawn
				? el("p", { class: "quiet" }, t("correction.withdrawn", { name: correction.withdrawn_by ?? "", time: when(correction.withdrawn) }))
				: mayChange && back,
		);
	}

	return {
		element: el("section", { class: "corrections" }, list, trouble, mayChange && details),
		/** @param {Correction[]} corrections of any links */
		show(corrections) {
			const own = corrections.filter(({ links }) => links.includes(link));
			fill(list, own.length > 0 && el("h3", {}, t("correction.list")), own.length > 0 && el("ol", {}, ...own.map(row)));
		},
	};
}
