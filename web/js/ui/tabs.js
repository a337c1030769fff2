// SPDX-License-Identifier: Apache-2.0

/**
 * Tabs as the keyboard expects them: arrows move, Home and End jump, one stop for the tab key.
 * @param {HTMLElement} list its buttons name their panels by aria-controls
 * @param {(name: string) => void} onShow
 */
export function createTabs(list, onShow) {
	const tabs = /** @type {HTMLButtonElement[]} */ ([...list.querySelectorAll('[role="tab"]')]);

	/** @param {string} name of a tab, by data-tab @returns {boolean} whether there is one */
	function show(name) {
		if (!tabs.some((tab) => tab.dataset.tab === name)) {
			return false;
		}
		for (const tab of tabs) {
			const chosen = tab.dataset.tab === name;
			tab.setAttribute("aria-selected", String(chosen));
			tab.tabIndex = chosen ? 0 : -1;
			const panel = document.getElementById(tab.getAttribute("aria-controls") ?? "");
			if (panel) {
				panel.hidden = !chosen;
			}
		}
		onShow(name);
		return true;
	}

	list.addEventListener("click", (event) => {
		const tab = /** @type {HTMLElement} */ (event.target).closest("[data-tab]");
		if (tab) {
			show(/** @type {HTMLElement} */ (tab).dataset.tab ?? "");
		}
	});
	list.addEventListener("keydown", (event) => {
		const here = tabs.indexOf(/** @type {HTMLButtonElement} */ (event.target));
		const last = tabs.length - 1;
		const next = { ArrowRight: here + 1, ArrowLeft: here - 1, Home: 0, End: last }[event.key];
		if (here >= 0 && next !== undefined) {
			event.preventDefault();
			const tab = tabs[(next + tabs.length) % tabs.length];
			show(tab.dataset.tab ?? "");
			tab.focus();
		}
	});
	return { show };
}
