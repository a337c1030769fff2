// SPDX-License-Identifier: Apache-2.0
/*
 * Keys for what is done all night, and the list of them under "?".  Keys that somebody types are his
 * text's, not these.
 */
import { el, fill } from "../dom.js";

/** @typedef {{key: string, what: string, act: () => void}} Shortcut what: its words */

/** @param {EventTarget | null} target */
const isTyped = (target) => target instanceof HTMLElement && target.closest("input, textarea, select, [contenteditable]") !== null;

/**
 * @param {HTMLDialogElement} dialog
 * @param {object} parts
 * @param {import("../i18n.js").Translate} parts.t
 * @param {Shortcut[]} parts.shortcuts
 */
export function createShortcuts(dialog, { t, shortcuts }) {
	const rows = [...shortcuts.map(({ key, what }) => [key, what]), ["Esc", t("keys.close")], ["?", t("keys.this")]];
	fill(
		dialog,
		el("h2", { id: "keys-title", tabindex: -1 }, t("keys.title")),
		el("dl", { class: "keys" }, ...rows.flatMap(([key, what]) => [el("dt", {}, el("kbd", {}, key)), el("dd", {}, what)])),
		el("p", { class: "quiet" }, t("keys.table")),
		el("button", { type: "button", class: "primary", onclick: () => dialog.close() }, t("card.close")),
	);

	function show() {
		dialog.showModal();
	}

	document.addEventListener("keydown", (event) => {
		if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || isTyped(event.target) || dialog.open) {
			return;
		}
		const shortcut = shortcuts.find(({ key }) => key.toLowerCase() === event.key.toLowerCase());
		if (shortcut || event.key === "?") {
			event.preventDefault();
			shortcut ? shortcut.act() : show();
		}
	});
	return { show };
}
