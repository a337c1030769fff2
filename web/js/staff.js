// SPDX-License-Identifier: Apache-2.0
/*
 * How every page for staff begins: its bar and words, then who is signed in and which town it is.  Who
 * is not signed in goes there and comes back; without an answer it is asked for again.
 */
import { goToSignIn } from "./account.js";
import * as api from "./data/api.js";
import { byId, el, fill, setText } from "./dom.js";
import { createFormat } from "./format.js";
import { drawHeader, showPages } from "./header.js";
import { preparePage } from "./page.js";
import { reason } from "./refusal.js";
import { showWho } from "./ui/who.js";

const RETRY_MS = 3000;

/** @typedef {Awaited<ReturnType<typeof prepareStaffPage>>} StaffPage */
/** @typedef {Awaited<ReturnType<StaffPage["begin"]>>} Staff */

/** Says what is wrong in an element of the page, and takes it back. @param {string} id @returns {(sentence: string) => void} */
export const sayIn = (id) => (sentence) => fill(byId(id), sentence !== "" && el("p", { class: "notice bad" }, sentence));

/** @param {string} title the key of its name */
export async function prepareStaffPage(title) {
	drawHeader(title);
	const { language, t, onTheme } = await preparePage(api.getLocale);
	document.title = `${t(title)}｜${t("brand")}`;

	/**
	 * What the page cannot do without.  Nobody signed in: away from here; refused: that is said and no more
	 * comes; no answer: again, since a page that was opened before its server must not stay empty.
	 * @template T
	 * @param {() => Promise<T>} ask
	 * @param {(sentence: string) => void} say what is wrong; "": nothing any more
	 * @returns {Promise<T>}
	 */
	async function needed(ask, say) {
		for (let said = false; ; said = true) {
			try {
				const answer = await ask();
				if (said) {
					say("");
				}
				return answer;
			} catch (error) {
				const status = error instanceof api.ApiError ? error.status : -1;
				if (status === 401) {
					goToSignIn();
					return new Promise(() => {}); // the page is about to go
				}
				say(reason(error, t));
				if (status === 403) {
					return new Promise(() => {});
				}
				await new Promise((done) => setTimeout(done, RETRY_MS));
			}
		}
	}

	/** @param {(sentence: string) => void} say */
	async function begin(say) {
		const session = await needed(api.getSession, say);
		showPages(t, session.role, title);
		showWho(byId("who"), session, {
			t,
			async onSignOut() {
				await api.signOut().catch(() => {});
				goToSignIn();
			},
		});
		const town = await needed(api.getTown, say);
		const timezone = town.timezone || "Asia/Tokyo";
		setText(byId("town"), town.name);
		return {
			session,
			mayChange: session.role === "admin" || session.role === "dispatcher",
			town,
			timezone,
			format: createFormat(language, timezone),
		};
	}
	return { language, t, onTheme, needed, begin };
}
