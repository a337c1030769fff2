// SPDX-License-Identifier: Apache-2.0
/*
 * What every page does first: its language and its theme, and the buttons that change them.
 */
import { byId, setText } from "./dom.js";
import { chooseLanguage, LANGUAGES, translate, translator } from "./i18n.js";
import { stripes } from "./ui/samples.js";

/** What was chosen before; a browser that keeps nothing is no reason to fail. @param {string} key */
function remembered(key) {
	try {
		return localStorage.getItem(key);
	} catch {
		return null;
	}
}

/** @param {string} key @param {string} value */
function remember(key, value) {
	try {
		localStorage.setItem(key, value);
	} catch {
		// The choice then lasts for this page alone.
	}
}

/**
 * @param {(language: string) => Promise<Record<string, string>>} getLocale
 * @returns {Promise<{language: string, t: import("./i18n.js").Translate, onTheme: (listen: () => void) => void}>}
 */
export async function preparePage(getLocale) {
	const language = chooseLanguage(location.search, remembered("language"), navigator.languages);
	const listeners = /** @type {(() => void)[]} */ ([]);
	const system = matchMedia("(prefers-color-scheme: dark)");

	function applyTheme() {
		const asked = new URLSearchParams(location.search).get("theme") ?? remembered("theme");
		const fallback = document.documentElement.dataset.defaultTheme ?? (system.matches ? "dark" : "light");
		document.documentElement.dataset.theme = asked === "dark" || asked === "light" ? asked : fallback;
		listeners.forEach((listen) => listen());
	}
	applyTheme();
	system.addEventListener("change", applyTheme);

	const t = translator(await getLocale(language));
	document.documentElement.lang = language;
	document.body.append(stripes());
	translate(document, t);

	const other = LANGUAGES[(LANGUAGES.indexOf(language) + 1) % LANGUAGES.length];
	const switchLanguage = byId("language");
	setText(switchLanguage, t("language.other"));
	switchLanguage.lang = other;
	switchLanguage.addEventListener("click", () => {
		remember("language", other);
		const address = new URL(location.href);
		address.searchParams.delete("lang");
		if (address.href === location.href) {
			location.reload();
		} else {
			location.replace(address);
		}
	});
	byId("theme").addEventListener("click", () => {
		const next = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
		remember("theme", next);
		document.documentElement.dataset.theme = next;
		listeners.forEach((listen) => listen());
	});
	return { language, t, onTheme: (listen) => listeners.push(listen) };
}
