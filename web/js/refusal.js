// SPDX-License-Identifier: Apache-2.0
/*
 * What a refusal means, in the page's own words: the sentences of the servers are English, for whoever
 * writes a program against them.
 */
import { ApiError } from "./data/api.js";

/** The sentences for which there are words that say more than the status does, or a field that is to blame. */
const SENTENCES = [
	{ says: /code already/, field: "code", key: "refused.taken" },
	{ says: /name already/, field: "name", key: "refused.taken" },
	{ says: /no contractor of this name/, field: "contractor", key: "refused.gone" },
	{ says: /no area of this name/, field: "area", key: "refused.gone" },
	{ says: /no vehicle of this code in use/, field: "vehicle", key: "refused.gone" },
	{ says: /blade's width/, field: "blade_width_m", key: "refused.width" },
	{ says: /changed it meanwhile/, key: "refused.stale" },
	{ says: /imported layer/, key: "refused.imported" },
	{ says: /route lies/, key: "refused.route" },
	{ says: /are theirs/, key: "refused.theirs" },
	{ says: /outside the town/, key: "refused.far" },
	{ says: /crosses or touches/, key: "drawing.crosses" },
	{ says: /neighbouring corners/, key: "refused.twice" },
	{ says: /correction was withdrawn/, key: "refused.taken_back" },
	{ says: /withdrawn already/, key: "refused.withdrawn" },
	{ says: /end comes after/, field: "end", key: "refused.end" },
	{ says: /at most 400 days/, field: "end", key: "refused.long" },
	{ says: /no vehicle of this code/, key: "refused.vehicle" },
	{ says: /no road of this number/, key: "refused.road" },
	{ says: /acknowledged this alarm/, key: "refused.acknowledged" },
	{ says: /operation is open/, key: "refused.operation_open" },
	{ says: /operation is closed/, key: "refused.operation_closed" },
	{ says: /start is a time of the last 24 hours/, key: "refused.operation_start" },
	{ says: /target is a time after/, key: "refused.operation_target" },
	{ says: /reason.* 511 bytes/, key: "refused.reason" },
	{ says: /more than 20000 links/, key: "refused.box" },
	{ says: /longer than 20 seconds/, key: "answer.too_large" },
];

/** What a status means where its sentence says no more. */
const STATUSES = /** @type {Record<number, string>} */ ({
	0: "link.lost", 400: "refused.input", 401: "password.signed_out", 403: "refused.role", 404: "refused.gone",
	409: "refused.conflict", 413: "refused.large", 429: "signin.wait", 503: "refused.unavailable",
});

/**
 * @param {unknown} error
 * @param {import("./i18n.js").Translate} t
 * @param {Record<number, string>} [words] the keys of what statuses mean on this page, before all else
 * @returns {{field?: string, text: string}} the field that is to blame, if one is, and a sentence
 */
export function explain(error, t, words = {}) {
	if (!(error instanceof ApiError)) {
		return { text: error instanceof Error ? error.message : String(error) };
	}
	const { status, message, nightsPending } = error;
	if (status in words) {
		return { text: t(words[status]) };
	}
	if (nightsPending > 0) {
		return { text: t("answer.nights_pending", { n: nightsPending }) };
	}
	const known = SENTENCES.find(({ says }) => says.test(message));
	const key = known?.key ?? STATUSES[status];
	return { field: known?.field, text: key ? t(key) : t("refused.other", { status }) };
}

/** The sentence alone. @param {unknown} error @param {import("./i18n.js").Translate} t @param {Record<number, string>} [words] */
export const reason = (error, t, words) => explain(error, t, words).text;
