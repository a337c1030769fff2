// SPDX-License-Identifier: Apache-2.0
/*
 * A form that says what is wrong beside the field it is wrong in.
 */
import { el, fill } from "../dom.js";

/**
 * @typedef {object} Field
 * @property {string} name
 * @property {string} label
 * @property {"text" | "tel" | "number" | "time" | "datetime-local" | "select" | "textarea"} [type]
 * @property {boolean} [required]
 * @property {number} [bytes] the longest it may be, in bytes of UTF-8
 * @property {string} [hint]
 * @property {string} [lang] of what is written in it
 * @property {{value: string, label: string}[]} [options]
 * @property {(value: string) => string | null} [check] a sentence, or null
 * @property {boolean} [fixed] it cannot be changed
 */

/** @param {string} text */
const bytesOf = (text) => new TextEncoder().encode(text).length;

/**
 * @param {object} parts
 * @param {import("../i18n.js").Translate} parts.t
 * @param {string} parts.title
 * @param {Field[]} parts.fields
 * @param {Record<string, string>} parts.values
 * @param {(Node | null)[]} [parts.more] what else belongs to it: a drawing, roads
 * @param {() => boolean} [parts.isReady] whether that is complete; it says itself what is missing
 * @param {string} [parts.save] what the button says
 * @param {(values: Record<string, string>) => Promise<void>} parts.onSave
 * @param {() => void} parts.onCancel
 * @param {(error: unknown) => {field?: string, text: string}} parts.explain
 */
export function createMasterForm({ t, title, fields, values, more = [], isReady, save, onSave, onCancel, explain }) {
	const inputs = new Map(fields.map((field) => [field.name, makeInput(field)]));
	const faults = new Map(fields.map((field) => [field.name, el("p", { class: "fault", id: `fault-${field.name}` })]));
	const trouble = el("div", { role: "alert" });
	const button = el("button", { class: "primary" }, save ?? t("masters.save"));

	/** @param {Field} field */
	function makeInput(field) {
		const common = {
			id: `field-${field.name}`, autocomplete: "off", "aria-describedby": `fault-${field.name}`,
			"aria-required": field.required ? "true" : null, readonly: field.fixed ? true : null, lang: field.lang ?? null,
		};
		const input =
			field.type === "select"
				? el("select", common, ...(field.options ?? []).map(({ value, label }) => el("option", { value }, label)))
				: field.type === "textarea"
					? el("textarea", { ...common, rows: 2 })
					: el("input", { ...common, type: field.type ?? "text", step: field.type === "number" ? "any" : null });
		input.value = values[field.name] ?? "";
		return input;
	}

	/** @param {string} name @param {string | null} text */
	function say(name, text) {
		fill(/** @type {HTMLElement} */ (faults.get(name)), text ?? "");
		inputs.get(name)?.setAttribute("aria-invalid", String(text !== null));
	}

	/** @param {Field} field @param {string} value @returns {string | null} */
	function faultOf(field, value) {
		if (field.required && value === "") {
			return t("masters.required", { field: field.label });
		}
		if (field.bytes && bytesOf(value) > field.bytes) {
			return t("masters.too_long", { wide: Math.floor(field.bytes / 3), narrow: field.bytes });
		}
		return field.check && value !== "" ? field.check(value) : null;
	}

	function read() {
		const found = Object.fromEntries([...inputs].map(([name, input]) => [name, input.value.trim()]));
		const wrong = fields.filter((field) => {
			const fault = faultOf(field, found[field.name]);
			say(field.name, fault);
			return fault !== null;
		});
		if (wrong.length > 0) {
			inputs.get(wrong[0].name)?.focus();
		}
		return wrong.length > 0 ? null : found;
	}

	/** @param {Event} event */
	async function submit(event) {
		event.preventDefault();
		fill(trouble);
		const found = read();
		if ((isReady && !isReady()) || !found) {
			return;
		}
		button.disabled = true;
		try {
			await onSave(found);
		} catch (error) {
			const { field, text } = explain(error);
			if (field && inputs.has(field)) {
				say(field, text);
				inputs.get(field)?.focus();
			} else {
				fill(trouble, el("p", { class: "notice bad" }, text));
			}
		}
		button.disabled = false;
	}

	/** @param {Field} field */
	const row = (field) =>
		el(
			"div",
			{ class: "field" },
			el("label", { for: `field-${field.name}` }, field.label, field.required ? el("span", { class: "must" }, t("masters.must")) : null),
			inputs.get(field.name),
			field.hint ? el("p", { class: "quiet" }, field.hint) : null,
			faults.get(field.name),
		);
	const heading = el("h2", { tabindex: -1 }, title);
	const element = el(
		"form",
		{ class: "master-form", novalidate: true, onsubmit: submit },
		heading,
		...fields.map(row),
		...more,
		trouble,
		el("p", { class: "buttons" }, button, el("button", { type: "button", onclick: onCancel }, t("masters.cancel"))),
	);
	return {
		element,
		focus: () => heading.focus(),
		/** @param {string} name */
		value: (name) => inputs.get(name)?.value.trim() ?? "",
		/** @param {string} name @param {string} value */
		set(name, value) {
			const input = inputs.get(name);
			if (input) {
				input.value = value;
			}
		},
	};
}
