// SPDX-License-Identifier: Apache-2.0
/*
 * What every page does first: its language and its theme, and the buttons that change them.
 */
import { byId, el, setText } from "./dom.js";
import { chooseLanguage, LANGUAGE_NAMES, LANGUAGES, languageTag, speaker, translate, translator } from "./i18n.js";
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

/** Shows the page again in another language. @param {string} language */
function speak(language) {
	remember("language", language);
	const address = new URL(location.href);
	address.searchParams.delete("lang");
	if (address.href === location.href) {
		location.reload();
	} else {
		location.replace(address);
	}
}

/** The choice of languages: of all where the page has room for it, else a button for the other. @param {string} language @param {import("./i18n.js").Translate} t */
function offerLanguages(language, t) {
	const all = document.getElementById("languages");
	if (all) {
		all.append(
			...LANGUAGES.map((each) =>
				el("button", { type: "button", lang: languageTag(each), "aria-pressed": String(each === language), onclick: () => speak(each) }, LANGUAGE_NAMES[each]),
			),
		);
		return;
	}
	const other = language === "en" ? "ja" : "en";
	const button = byId("language");
	setText(button, t("language.other"));
	button.lang = other;
	button.addEventListener("click", () => speak(other));
}

/**
 * @param {(language: string) => Promise<Record<string, string>>} getLocale
 * @returns {Promise<{language: string, spoken: string, t: import("./i18n.js").Translate, say: import("./i18n.js").Speak, onTheme: (listen: () => void) => void}>}
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

	const words = await getLocale(language);
	const t = translator(words);
	document.documentElement.lang = languageTag(language);
	document.body.append(stripes());
	translate(document, t, words);
	offerLanguages(language, t);
	byId("theme").addEventListener("click", () => {
		const next = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
		remember("theme", next);
		document.documentElement.dataset.theme = next;
		listeners.forEach((listen) => listen());
	});
	return { language: languageTag(language), spoken: language, t, say: speaker(words), onTheme: (listen) => listeners.push(listen) };
}
