// SPDX-License-Identifier: Apache-2.0
/*
 * The keys of the dispatcher's page.
 */
import { byId } from "./dom.js";
import { createShortcuts } from "./ui/shortcuts.js";

const TABS = /** @type {const} */ (["vehicles", "roads", "progress", "operation"]);

/** @param {string} selector */
const focus = (selector) => /** @type {HTMLElement | null} */ (document.querySelector(selector))?.focus();

/**
 * @param {object} parts
 * @param {import("./i18n.js").Translate} parts.t
 * @param {(tab: string) => void} parts.onTab
 * @param {() => void} parts.onFilter
 * @param {() => void} parts.onColours
 * @param {() => void} parts.onBox
 * @param {() => void} parts.onDraw
 */
export function createKeys({ t, onTab, onFilter, onColours, onBox, onDraw }) {
	const tabs = TABS.map((name, i) => ({
		key: String(i + 1),
		what: t(`keys.${name}`),
		act() {
			onTab(name);
			focus(`#tab-${name}`);
		},
	}));
	const keys = createShortcuts(/** @type {HTMLDialogElement} */ (byId("keys")), {
		t,
		shortcuts: [
			{ key: "/", what: t("keys.search"), act: () => focus("#search") },
			{ key: "f", what: t("keys.filter"), act: onFilter },
			...tabs,
			{ key: "c", what: t("keys.colours"), act: onColours },
			{ key: "b", what: t("keys.box"), act: onBox },
			{ key: "d", what: t("box.draw"), act: onDraw },
			{ key: "m", what: t("keys.map"), act: () => focus("#map canvas") },
			{ key: "a", what: t("keys.alarm"), act: () => focus("#alarms button") },
		],
	});
	byId("keys-show").addEventListener("click", keys.show);
}
