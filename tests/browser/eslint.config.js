// SPDX-License-Identifier: Apache-2.0
import js from "@eslint/js";
import globals from "globals";

const noFetch = ["fetch", "EventSource", "XMLHttpRequest", "WebSocket"].map((name) => ({
	name,
	message: "Only data/api.js and data/events.js talk to the server.",
}));
const noDom = ["document", "window", "location", "localStorage"].map((name) => ({
	name,
	message: "data/ knows no page: it runs under node --test.",
}));
const importsFrom = (groups, message) => ["error", { patterns: [{ group: groups, message }] }];

export default [
	js.configs.recommended,
	{
		rules: {
			eqeqeq: "error",
			"no-var": "error",
			"prefer-const": "error",
			"no-eval": "error",
			"no-implied-eval": "error",
			"no-throw-literal": "error",
			"prefer-promise-reject-errors": "error",
			"no-console": ["error", { allow: ["warn", "error"] }],
			"max-depth": ["error", 4],
			"max-params": ["error", 6],
			"max-lines": ["error", 600],
			complexity: ["error", 25],
			"no-restricted-properties": [
				"error",
				...["innerHTML", "outerHTML", "insertAdjacentHTML"].map((property) => ({
					property,
					message: "Text from outside is never markup: use el() of dom.js.",
				})),
			],
		},
	},
	{
		files: ["web/js/**/*.js"],
		languageOptions: { globals: globals.browser, ecmaVersion: 2022 },
		rules: { "no-restricted-globals": ["error", ...noFetch] },
	},
	{
		// What phones of 2016 run: a plain script, and no method that came after ES2017.
		files: ["web/js/list.js", "web/js/to-list.js"],
		languageOptions: { globals: globals.browser, ecmaVersion: 2017, sourceType: "script" },
		rules: {
			"no-unused-vars": ["error", { caughtErrors: "none" }], // a catch without a name is newer
			"no-restricted-globals": ["error", "fetch", "URLSearchParams", "AbortController", "structuredClone", "globalThis"],
			"no-restricted-properties": [
				"error",
				...["innerHTML", "outerHTML", "insertAdjacentHTML", "flat", "flatMap", "matchAll", "replaceAll", "fromEntries", "at", "allSettled", "finally",
					"replaceChildren", "append", "toggleAttribute", "trimStart", "trimEnd", "RelativeTimeFormat"].map((property) => ({
					property,
					message: "It is newer than ES2017, or markup.",
				})),
			],
		},
	},
	{
		files: ["web/resident-kept.js"],
		languageOptions: { globals: globals.serviceworker, ecmaVersion: 2022, sourceType: "script" },
	},
	{
		files: ["web/js/data/**/*.js"],
		rules: {
			"no-restricted-globals": ["error", ...noDom],
			"no-restricted-imports": importsFrom(["**/map/**", "**/ui/**", "**/dom.js"], "data/ knows neither page nor map."),
		},
	},
	{
		files: ["web/js/map/**/*.js"],
		rules: {
			"no-restricted-imports": importsFrom(["**/ui/**", "**/data/api.js", "**/data/live.js"], "map/ is given what it shows."),
		},
	},
	{
		files: ["web/js/ui/**/*.js"],
		rules: {
			"no-restricted-imports": importsFrom(["**/map/**", "**/data/api.js", "**/data/live.js"], "ui/ is given what it shows."),
		},
	},
	{
		files: ["tests/**/*.{js,mjs}"],
		languageOptions: { globals: { ...globals.node, ...globals.browser }, ecmaVersion: 2022 },
		rules: { "no-console": "off", "max-depth": ["error", 5] },
	},
];
