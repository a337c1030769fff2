// SPDX-License-Identifier: Apache-2.0
/*
 * The stream of changes.  A browser's EventSource comes back by itself with the number of the last
 * event it had, but it neither notices a line that went dead without a word nor survives an answer
 * that is not a stream.  So this counts the silence, says what it is, and opens anew.
 */

/** The server says something every 5 s; twice nothing is no accident. */
export const STALE_MS = 12_000;
const REOPEN_MS = 30_000;
const RETRY_MS = 3_000;

const NAMES = ["vehicles", "links", "progress", "operation", "alarms", "trouble", "closures", "network", "reset", "now"];

/** @typedef {"connecting" | "live" | "stale" | "lost"} StreamState */
/**
 * @typedef {object} StreamOptions
 * @property {(after: number) => string} url where to follow on after an event
 * @property {(name: string, data: any) => void} onEvent
 * @property {(state: StreamState) => void} onState
 * @property {typeof EventSource} [Source] replaced in tests
 * @property {() => number} [clock] milliseconds that only grow; replaced in tests
 */

/**
 * @param {number} after the number of the last event the page already has
 * @param {StreamOptions} options
 * @returns {{close: () => void, check: () => void}} check: to be called about once a second
 */
export function followEvents(after, { url, onEvent, onState, Source = EventSource, clock = () => performance.now() }) {
	/** @type {EventSource | null} */
	let source = null;
	let heard = clock();
	let opened = clock();
	/** @type {StreamState | null} */
	let state = null;

	/** @param {StreamState} next */
	function become(next) {
		if (next !== state) {
			state = next;
			onState(next);
		}
	}

	/** @param {string} name @param {MessageEvent} message */
	function receive(name, message) {
		heard = clock();
		const number = Number(message.lastEventId);
		if (Number.isSafeInteger(number) && number > after) {
			after = number;
		}
		become("live");
		onEvent(name, JSON.parse(message.data));
	}

	function open() {
		source?.close();
		opened = clock();
		const stream = new Source(url(after));
		source = stream;
		stream.onopen = () => {
			heard = clock();
			become("live");
		};
		stream.onerror = () => become("lost");
		for (const name of NAMES) {
			stream.addEventListener(name, (message) => receive(name, /** @type {MessageEvent} */ (message)));
		}
	}

	function check() {
		if (!source) {
			return;
		}
		const silence = clock() - heard;
		const since = clock() - opened;
		if (state === "live" && silence > STALE_MS) {
			become("stale");
		}
		if (state === "stale" && silence > REOPEN_MS && since > REOPEN_MS) {
			open();
		}
		if (state === "lost" && source.readyState === 2 && since > RETRY_MS) {
			open();
		}
	}

	become("connecting");
	open();
	return {
		check,
		close() {
			source?.close();
			source = null;
		},
	};
}
