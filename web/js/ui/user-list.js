// SPDX-License-Identifier: Apache-2.0
/*
 * The users as a list: who, in what role, signed in how often and when last; and for an admin what
 * can be done about it.  What cannot be taken back asks once more.
 */
import { el, fill } from "../dom.js";

/**
 * @typedef {object} UserListParts
 * @property {import("../i18n.js").Translate} t
 * @property {import("../format.js").Format} format
 * @property {boolean} mayChange
 * @property {(id: number) => Promise<void>} onSignOut
 * @property {(id: number) => Promise<void>} onRemove
 * @property {(id: number, password: string) => Promise<void>} onPassword
 * @property {(error: unknown) => string} why
 */

/** @param {HTMLElement} list @param {UserListParts} parts */
export function createUserList(list, { t, format, mayChange, onSignOut, onRemove, onPassword, why }) {
	/** @param {import("../types.js").User} user @param {number} now */
	function signedIn({ sessions }, now) {
		if (sessions.length === 0) {
			return t("users.not_signed_in");
		}
		const last = Math.max(...sessions.map(({ seen }) => Date.parse(seen)));
		return t("users.signed_in", { n: sessions.length, time: format.when(last, now) });
	}

	/** @param {HTMLElement} trouble @param {HTMLButtonElement} button @param {() => Promise<void>} act */
	async function run(trouble, button, act) {
		button.disabled = true;
		fill(trouble);
		try {
			await act();
		} catch (error) {
			fill(trouble, el("p", { class: "notice bad" }, why(error)));
		}
		button.disabled = false;
	}

	/** A button that asks once more. @param {string} key @param {import("../types.js").User} user @param {HTMLElement} trouble @param {() => Promise<void>} act */
	function sure(key, user, trouble, act) {
		const yes = el("button", { type: "button", class: "primary", hidden: true }, t(`${key}_sure`));
		const button = el("button", { type: "button", "aria-label": `${user.name}：${t(key)}`, onclick: () => (yes.hidden = !yes.hidden) }, t(key));
		yes.addEventListener("click", () => run(trouble, yes, act));
		return [button, yes];
	}

	/** @param {import("../types.js").User} user @param {HTMLElement} trouble */
	function passwordForm(user, trouble) {
		const input = el("input", { id: `password-${user.id}`, type: "password", autocomplete: "new-password", minlength: 8, maxlength: 256, required: true });
		const submit = el("button", { class: "primary" }, t("users.password_set"));
		const form = el(
			"form",
			{
				hidden: true,
				onsubmit: (/** @type {Event} */ event) => {
					event.preventDefault();
					run(trouble, submit, () => onPassword(user.id, input.value));
				},
			},
			el("div", {}, el("label", { for: input.id }, t("account.new_password")), input),
			submit,
		);
		const button = el(
			"button",
			{
				type: "button",
				"aria-label": `${user.name}：${t("users.password")}`,
				onclick: () => {
					form.hidden = !form.hidden;
					input.focus();
				},
			},
			t("users.password"),
		);
		return { button, form };
	}

	/** @param {import("../types.js").User} user @param {number} now */
	function row(user, now) {
		const trouble = el("div", { role: "alert" });
		const password = passwordForm(user, trouble);
		return el(
			"li",
			{},
			el("h3", {}, user.name, el("span", { class: "role" }, [t(`role.${user.role}`), user.contractor].filter(Boolean).join("・"))),
			el("p", { class: "quiet" }, signedIn(user, now)),
			mayChange &&
				el(
					"div",
					{ class: "acts" },
					...(user.sessions.length > 0 ? sure("users.sign_out", user, trouble, () => onSignOut(user.id)) : []),
					password.button,
					...sure("users.remove", user, trouble, () => onRemove(user.id)),
				),
			mayChange && password.form,
			trouble,
		);
	}

	return {
		/** @param {import("../types.js").User[]} users @param {number} now */
		show(users, now) {
			fill(list, ...users.map((user) => row(user, now)));
		},
	};
}
