// SPDX-License-Identifier: Apache-2.0
/*
 * Numbers, ages and clock times as people read them, in a language and in the town's time zone.
 */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** @typedef {ReturnType<typeof createFormat>} Format */

/**
 * @param {string} language
 * @param {string} timezone
 */
export function createFormat(language, timezone) {
	const ago = new Intl.RelativeTimeFormat(language, { numeric: "always", style: "short" });
	const clock = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", hour12: false, timeZone: timezone });
	const exact = new Intl.DateTimeFormat(language, {
		hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false, timeZone: timezone,
	});
	const dated = new Intl.DateTimeFormat(language, {
		month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", hour12: false, timeZone: timezone,
	});
	const moment = new Intl.DateTimeFormat(language, { dateStyle: "long", timeStyle: "short", hour12: false, timeZone: timezone });
	const day = new Intl.DateTimeFormat("en-CA", { dateStyle: "short", timeZone: timezone });
	const whole = new Intl.NumberFormat(language, { maximumFractionDigits: 0 });
	const tenth = new Intl.NumberFormat(language, { minimumFractionDigits: 1, maximumFractionDigits: 1 });

	return {
		/** How long ago, in the largest unit that says enough. @param {number} ms */
		age(ms) {
			const past = Math.max(0, ms);
			if (past < MINUTE) {
				return ago.format(-Math.floor(past / 1000), "second");
			}
			if (past < HOUR) {
				return ago.format(-Math.floor(past / MINUTE), "minute");
			}
			return past < 2 * DAY ? ago.format(-Math.floor(past / HOUR), "hour") : ago.format(-Math.floor(past / DAY), "day");
		},
		/** @param {number} ms */
		time: (ms) => clock.format(ms),
		/** @param {number} ms */
		exactTime: (ms) => exact.format(ms),
		/** The clock time, and the day as well when it is another than now's. @param {number} ms @param {number} now */
		when: (ms, now) => (day.format(ms) === day.format(now) ? clock.format(ms) : dated.format(ms)),
		/** For what is kept for longer than a night. @param {number} ms */
		dateTime: (ms) => moment.format(ms),
		/** @param {number} metres */
		length: (metres) => (metres < 1000 ? `${whole.format(metres)} m` : `${tenth.format(metres / 1000)} km`),
		/** @param {number} metres */
		km: (metres) => `${tenth.format(metres / 1000)} km`,
		/** A share of 0..1; rounded down, so that 100 % is all of it. @param {number} share */
		percent: (share) => `${whole.format(Math.floor(share * 100 + 1e-9))}\u00a0%`,
		/** @param {number} mps */
		speed: (mps) => `${whole.format(mps * 3.6)} km/h`,
		/** @param {number} n */
		count: (n) => whole.format(n),
	};
}

/** The octant a course points to, 0 north, 2 east … @param {number} course_deg */
export function octant(course_deg) {
	return Math.round((((course_deg % 360) + 360) % 360) / 45) % 8;
}

/**
 * The moment of the next time a clock in the zone of `now` shows hour:minute, as the browser sees it.
 * @param {string} value "07:30"
 * @param {number} now
 * @param {string} timezone
 * @returns {number | null}
 */
export function nextTime(value, now, timezone) {
	const parts = value.match(/^(\d{1,2}):(\d{2})$/);
	if (!parts) {
		return null;
	}
	const local = new Intl.DateTimeFormat("en-GB", {
		hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false, timeZone: timezone,
	}).formatToParts(now);
	const read = (/** @type {string} */ type) => Number(local.find((part) => part.type === type)?.value) || 0;
	const today = (read("hour") % 24) * HOUR + read("minute") * MINUTE + read("second") * 1000 + (now % 1000);
	const wanted = Number(parts[1]) * HOUR + Number(parts[2]) * MINUTE;
	return now + (wanted > today ? wanted - today : wanted - today + DAY);
}

/** A moment as a field for date and time shows it, in a town's zone: "2027-01-16T04:30". @param {number} ms @param {string} timezone */
export function toLocal(ms, timezone) {
	const parts = new Intl.DateTimeFormat("en-GB", {
		year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: timezone,
	}).formatToParts(ms);
	const read = (/** @type {string} */ type) => parts.find((part) => part.type === type)?.value ?? "";
	return `${read("year")}-${read("month")}-${read("day")}T${read("hour")}:${read("minute")}`;
}

/** The moment such a field means; NaN for none. @param {string} text @param {string} timezone */
export function fromLocal(text, timezone) {
	const guess = Date.parse(`${text}Z`);
	if (Number.isNaN(guess)) {
		return NaN;
	}
	const offset = (/** @type {number} */ ms) => Date.parse(`${toLocal(ms, timezone)}Z`) - Math.floor(ms / MINUTE) * MINUTE;
	return guess - offset(guess - offset(guess));
}
