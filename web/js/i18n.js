// SPDX-License-Identifier: Apache-2.0
/*
 * Words by key: t("public.count", { n: 3 }).  A locale is one flat JSON object; Japanese is the
 * language of the pages' own markup, which translate() turns into another.
 */

/** やさしい日本語 stands on the residents' pages; what it has no word for is said in Japanese. */
export const LANGUAGES = ["ja", "ja-easy", "en"];
export const LANGUAGE_NAMES = /** @type {Record<string, string>} */ ({ ja: "日本語", "ja-easy": "やさしい日本語", en: "English" });

/** What the browser calls a language of ours. @param {string} language */
export const languageTag = (language) => (language === "ja-easy" ? "ja" : language);

/** @typedef {(key: string, values?: Record<string, string | number>) => string} Translate */

/** A word with its reading, as the locales write it: [除雪|じょせつ]. */
const READING = /\[([^|\]]+)\|([^\]]+)\]/g;

/** @param {Record<string, string>} words @returns {Translate} without readings */
export function translator(words) {
	return (key, values = {}) => filled((words[key] ?? key).replace(READING, "$1"), values);
}

/**
 * A text cut into what has a reading and what has none.
 * @param {string} text
 * @returns {{text: string, reading: string}[]}
 */
export function withReadings(text) {
	const pieces = [];
	let from = 0;
	for (const found of text.matchAll(READING)) {
		pieces.push({ text: text.slice(from, found.index), reading: "" }, { text: found[1], reading: found[2] });
		from = found.index + found[0].length;
	}
	pieces.push({ text: text.slice(from), reading: "" });
	return pieces.filter((piece) => piece.text !== "");
}

/** @param {string} text @param {Record<string, string | number>} values */
const filled = (text, values) => text.replace(/\{(\w+)\}/g, (hole, name) => String(values[name] ?? hole));

/** @typedef {(key: string, values?: Record<string, string | number>) => DocumentFragment} Speak */

/**
 * As translator(), for the content of elements: readings stand above their words.
 * @param {Record<string, string>} words
 * @returns {Speak}
 */
export function speaker(words) {
	return (key, values = {}) => {
		const fragment = document.createDocumentFragment();
		for (const piece of withReadings(words[key] ?? key)) {
			const [ruby, reading] = [document.createElement("ruby"), document.createElement("rt")];
			reading.textContent = piece.reading;
			ruby.append(piece.text, reading);
			fragment.append(piece.reading ? ruby : filled(piece.text, values));
		}
		return fragment;
	};
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
	const found = [asked, kept, ...wanted.map((tag) => tag.slice(0, 2))].find((tag) => tag && LANGUAGES.includes(tag));
	return found ?? "ja";
}

/**
 * Puts words into everything that names its key: data-t for text, data-t-label, data-t-title and
 * data-t-hint for the attributes of those who need them.
 * @param {Document | Element} root
 * @param {Translate} t
 * @param {Record<string, string>} [words] those of t, for readings
 */
export function translate(root, t, words = {}) {
	const speak = speaker(words);
	const places = { t: null, tLabel: "aria-label", tTitle: "title", tHint: "placeholder" };
	for (const [name, attribute] of Object.entries(places)) {
		const selector = `[data-${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}]`;
		for (const element of root.querySelectorAll(selector)) {
			const key = /** @type {string} */ (/** @type {HTMLElement} */ (element).dataset[name]);
			if (attribute) {
				element.setAttribute(attribute, t(key));
			} else if (words[key]?.includes("[")) {
				element.replaceChildren(speak(key));
			} else {
				element.textContent = t(key);
			}
		}
	}
}
