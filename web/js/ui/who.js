// SPDX-License-Identifier: Apache-2.0
/*
 * Who is signed in, and the way out.
 */
import { el, fill } from "../dom.js";

/**
 * @param {HTMLElement} place
 * @param {import("../types.js").Session} session
 * @param {{t: import("../i18n.js").Translate, onSignOut: () => void}} parts
 */
export function showWho(place, session, { t, onSignOut }) {
	const details = el(
		"details",
		{},
		el("summary", { "aria-label": t("account.menu", { name: session.name }) }, el("span", {}, session.name)),
		el(
			"div",
			{ class: "menu" },
			el("p", {}, el("b", {}, session.name)),
			el("p", { class: "quiet" }, [t(`role.${session.role}`), session.contractor].filter(Boolean).join("・")),
			el("a", { href: "/password.html" }, t("password.title")),
			el("button", { type: "button", onclick: onSignOut }, t("account.sign_out")),
		),
	);
	details.addEventListener("keydown", (event) => {
		if (event.key === "Escape") {
			details.open = false;
			details.querySelector("summary")?.focus();
		}
	});
	fill(place, details);
}
