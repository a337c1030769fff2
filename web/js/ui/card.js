// SPDX-License-Identifier: Apache-2.0
/*
 * The card beside the map: one thing at a time, closed by its button or Escape.
 */
import { byId, fill, patch, setText } from "../dom.js";

/** @param {() => void} onClose */
export function createCard(onClose) {
	const card = byId("card");
	const content = byId("card-content");
	/** @type {Element | null} */
	let before = null;
	/** What is shown: the same again is only brought up to date. */
	let key = "";

	function close() {
		if (card.hidden) {
			return;
		}
		card.hidden = true;
		key = "";
		if (card.contains(document.activeElement) || document.activeElement === document.body) {
			/** @type {HTMLElement | null} */ (before)?.focus();
		}
		onClose();
	}

	byId("card-close").addEventListener("click", close);
	document.addEventListener("keydown", (event) => {
		if (event.key === "Escape" && !event.defaultPrevented) {
			close();
		}
	});

	return {
		close,
		/** @param {string} name what it is about @param {{title: string, subtitle: string, content: HTMLElement, extra?: HTMLElement}} what extra: stays as it is while the rest is brought up to date */
		show(name, what) {
			setText(byId("card-title"), what.title);
			setText(byId("card-subtitle"), what.subtitle);
			if (name === key && content.firstElementChild) {
				patch(content.firstElementChild, what.content);
				return;
			}
			if (card.hidden) {
				before = document.activeElement;
			}
			key = name;
			fill(content, what.content, what.extra);
			content.scrollTop = 0;
			card.hidden = false;
			byId("card-title").focus({ preventScroll: true });
		},
	};
}
