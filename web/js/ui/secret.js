// SPDX-License-Identifier: Apache-2.0
/*
 * A new key or token: shown once, with the line to type in the cab, to be copied or saved as a file.
 */
import { el, fill } from "../dom.js";

/**
 * @param {object} parts
 * @param {import("../i18n.js").Translate} parts.t
 * @param {{vehicle: string, key?: string, token?: string}} parts.secret
 * @param {string} parts.server where units send to, HOST:PORT
 * @param {() => void} parts.onDone
 */
export function createSecret({ t, secret, server, onDone }) {
	const isKey = secret.key !== undefined;
	const line = JSON.stringify(secret);
	const file = `${secret.vehicle}.key`;
	const command = `plow-tracker --server ${server} --key-file /etc/michiake/${file} --source serial:/dev/ttyUSB0@9600 --spool /var/lib/michiake/spool.db`;
	const said = el("p", { class: "quiet", role: "status" });

	/** @param {string} text */
	async function copy(text) {
		try {
			await navigator.clipboard.writeText(text);
			fill(said, t("secret.copied"));
		} catch {
			fill(said, t("secret.copy_by_hand"));
		}
	}
	/** @param {string} label @param {string} text @param {string} id */
	const shown = (label, text, id) =>
		el(
			"div",
			{ class: "secret" },
			el("p", { id }, label),
			el("code", { tabindex: 0, "aria-labelledby": id }, text),
			el("button", { type: "button", "aria-describedby": id, onclick: () => copy(text) }, t("secret.copy")),
		);
	const save = el("a", { class: "button", download: file, href: `data:application/json;charset=utf-8,${encodeURIComponent(`${line}\n`)}` }, t("secret.save", { file }));
	const heading = el("h2", { tabindex: -1 }, t(isKey ? "secret.key" : "secret.token", { code: secret.vehicle }));
	const element = el(
		"section",
		{ class: "master-form" },
		heading,
		el("p", { class: "notice warn" }, t("secret.once")),
		isKey ? shown(t("secret.line"), line, "secret-line") : shown(t("secret.token_line"), secret.token ?? "", "secret-line"),
		isKey && el("p", { class: "buttons" }, save),
		isKey && shown(t("secret.command"), command, "secret-command"),
		!isKey && el("p", { class: "quiet" }, t("secret.token_how")),
		said,
		el("p", { class: "buttons" }, el("button", { type: "button", class: "primary", onclick: onDone }, t("secret.done"))),
	);
	return { element, focus: () => heading.focus() };
}
