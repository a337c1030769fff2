// SPDX-License-Identifier: Apache-2.0
/*
 * Words by key: t("public.count", { n: 3 }).  A locale is one flat JSON object; Japanese is the
 * language of the pages' own markup, which translate() turns into another.
 */

export const LANGUAGES = ["ja", "en"];

/** @typedef {(key: string, values?: Record<string, string | number>) => string} Translate */

/** @param {Record<string, string>} words @returns {Translate} */
export function translator(words) {
	return (key, values = {}) =>
		(words[key] ?? key).replace(/\{(\w+)\}/g, (hole, name) => String(values[name] ?? hole));
}

/**
 * The word of a code that may be one nobody has given a word: then the code itself.
 * @param {Translate} t
 * @param {string} group
 * @param {string} code
 */
export function word(t, group, code) {
	const key = `${group}.${code}`;
	const found = t(key);
	return found === key ? code : found;
}

/**
 * @param {string} search the address's query
 * @param {string | null} kept what was chosen before
 * @param {readonly string[]} wanted the browser's languages
 */
export function chooseLanguage(search, kept, wanted) {
	const asked = new URLSearchParams(search).get("lang");
	const found = [asked, kept, ...wanted.map((tag) => tag.slice(0, 2))].find(
		(tag) => tag && LANGUAGES.includes(tag),
	);
	return found ?? "ja";
}

/**
 * Puts words into everything that names its key: data-t for text, data-t-label, data-t-title and
 * data-t-hint for the attributes of those who need them.
 * @param {Document | Element} root
 * @param {Translate} t
 */
export function translate(root, t) {
	const places = { t: null, tLabel: "aria-label", tTitle: "title", tHint: "placeholder" };
	for (const [name, attribute] of Object.entries(places)) {
		const selector = `[data-${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}]`;
		for (const element of root.querySelectorAll(selector)) {
			const text = t(/** @type {string} */ (/** @type {HTMLElement} */ (element).dataset[name]));
			if (attribute) {
				element.setAttribute(attribute, text);
			} else {
				element.textContent = text;
			}
		}
	}
}
