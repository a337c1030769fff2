// SPDX-License-Identifier: Apache-2.0
/*
 * What the pages about accounts have in common: where to go on, and one form.
 */
import { byId, el, fill } from "./dom.js";
import { reason } from "./refusal.js";

const SIGN_IN = "/signin.html";
const HOME = "/dispatch.html";

/** Leaves for the sign-in page, which comes back to exactly here. */
export function goToSignIn() {
	const here = location.pathname + location.search + location.hash;
	location.replace(`${SIGN_IN}?next=${encodeURIComponent(here)}`);
}

/** Where to go after signing in: a place of this site, whatever the address says. @param {string} search @param {string} origin */
export function nextPlace(search, origin) {
	const wanted = new URLSearchParams(search).get("next") ?? HOME;
	try {
		const url = new URL(wanted, origin);
		return url.origin === origin && url.pathname !== SIGN_IN ? url.pathname + url.search + url.hash : HOME;
	} catch {
		return HOME;
	}
}

/**
 * A form that asks once at a time, and says why it failed.
 * @param {import("./i18n.js").Translate} t
 * @param {() => Promise<void>} send
 * @param {Record<number, string>} words the keys of what statuses mean
 */
export function prepareForm(t, send, words) {
	const button = /** @type {HTMLButtonElement} */ (byId("submit"));
	byId("form").addEventListener("submit", async (event) => {
		event.preventDefault();
		button.disabled = true;
		fill(byId("trouble"));
		try {
			await send();
		} catch (error) {
			fill(byId("trouble"), el("p", { class: "notice bad" }, reason(error, t, words)));
		}
		button.disabled = false;
	});
	button.disabled = false; // until now the browser itself would have sent it, and emptied the fields
}

/** What is in a field. @param {string} id */
export const valueOf = (id) => /** @type {HTMLInputElement} */ (byId(id)).value;

/** A new password, typed twice. @param {string} id @param {import("./i18n.js").Translate} t */
export function newPassword(id, t) {
	if (valueOf(id) !== valueOf("again")) {
		throw new Error(t("account.not_the_same"));
	}
	return valueOf(id);
}
