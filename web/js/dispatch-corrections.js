// SPDX-License-Identifier: Apache-2.0
/*
 * The corrections of the road in the card: fetched, made and taken back.
 */
import * as api from "./data/api.js";
import { reason } from "./refusal.js";
import { createCorrections } from "./ui/correction-form.js";

/**
 * @param {number} link
 * @param {object} parts
 * @param {import("./data/live.js").Live} parts.live
 * @param {import("./i18n.js").Translate} parts.t
 * @param {import("./format.js").Format} parts.format
 * @param {string} parts.timezone
 * @param {boolean} parts.mayChange
 */
export function createRoadExtra(link, { live, t, format, timezone, mayChange }) {
	const form = createCorrections({
		t, format, timezone, mayChange, link,
		now: live.now,
		from: () => live.from.get() ?? live.now(),
		async onAdd(order) {
			await api.addCorrection(order);
			await show();
		},
		whyNot: (error) => reason(error, t),
		async onWithdraw(id) {
			await api.withdrawCorrection(id);
			await show();
		},
	});

	async function show() {
		const corrections = await api.getCorrections().catch(() => null); // what is shown stays
		if (corrections) {
			form.show(corrections);
		}
	}

	return { element: form.element, show };
}
