// SPDX-License-Identifier: Apache-2.0
/*
 * The driver's page: what the tracker in the cab knows, and buttons big enough for gloves.
 */
import * as api from "./data/api.js";
import { createCab, isMoving, NONE, PAUSES, POLL_MS, speedOf, WORKS } from "./data/cab.js";
import { createCabMap, MAP_POLL_MS } from "./data/cab-map.js";
import { byId, el, fill, setText } from "./dom.js";
import { createAreaView } from "./driver-area.js";
import { createSummary } from "./driver-summary.js";
import { createFormat } from "./format.js";
import { word } from "./i18n.js";
import { preparePage } from "./page.js";
import { reason } from "./refusal.js";
import { createLamp } from "./ui/lamp.js";

/** How long 終了 waits for its second press. */
const SURE_MS = 5000;
/** How the lamp shows each state of sending. */
const SENDING = /** @type {const} */ ({ ok: "good", waiting: "wait", idle: "off", unknown: "off" });
/** What the tracker means by a status. */
const WORDS = { 0: "driver.tracker_lost", 404: "driver.confirmed_before", 503: "driver.not_written" };

const { language, t } = await preparePage(api.getLocale);
document.title = `${t("driver.title")}｜${t("brand")}`;
const format = createFormat(language, "Asia/Tokyo");
const cab = createCab();
const map = createCabMap();
const receiver = createLamp(byId("receiver"));
const radio = createLamp(byId("radio"));
const shift = /** @type {HTMLButtonElement} */ (byId("shift"));
const summary = createSummary(byId("summary"), t, format, (id) => attempt(() => cab.confirm(id)));
const areaView = createAreaView(t, format);
let sureUntil = 0;
let failure = "";

const buttons = [...WORKS, ...PAUSES].map((code) => {
	const pause = /** @type {readonly string[]} */ (PAUSES).includes(code);
	const button = el(
		"button",
		{ type: "button", "data-work": code, class: pause ? "pause" : "work", "aria-pressed": "false", onclick: () => attempt(() => cab.press(code)) },
		t(`work.${code}`),
	);
	return { code, button };
});
fill(byId("works"), ...buttons.map(({ button }) => button));

/** Does what was pressed, and says so when it could not be. @param {() => Promise<void>} deed */
async function attempt(deed) {
	sureUntil = 0;
	try {
		await deed();
		failure = "";
	} catch (error) {
		failure = reason(error, t, WORDS);
	}
	show();
}

shift.addEventListener("click", () => {
	if (!cab.status.get()?.shift.open) {
		attempt(cab.begin);
	} else if (performance.now() < sureUntil) {
		attempt(cab.end);
	} else {
		sureUntil = performance.now() + SURE_MS;
		show();
	}
});

/** What is known of the way to the server; what cannot be saved is not sent either, wherever the server is. @param {import("./types.js").CabStatus} status */
function sendingOf({ server_reachable: answers, unsent, spool }) {
	if (answers) {
		return "ok";
	}
	return unsent === 0 ? "idle" : spool === "ok" ? "waiting" : "unknown";
}

/** @param {import("./types.js").CabStatus} status */
function showLamps(status) {
	const good = status.receiver === "ok" || status.receiver === "ended";
	const detail = status.fix_age_s === null ? "" : format.age(status.fix_age_s * 1000);
	receiver.show(good ? "good" : status.receiver === "no_fix" ? "wait" : "bad", t(`driver.receiver.${status.receiver}`), detail);
	const sending = sendingOf(status);
	radio.show(SENDING[sending], t(`driver.radio.${sending}`));
	setText(byId("unsent"), format.count(status.unsent));
	byId("unsent").toggleAttribute("data-many", status.unsent > 60);
	const speed = speedOf(status);
	setText(byId("speed"), speed === null ? "–" : format.speed(speed));
}

/** @param {import("./types.js").CabStatus | null} status */
function troubleWith(status) {
	if (!status) {
		return t("driver.tracker_lost");
	}
	if (status.spool && status.spool !== "ok") {
		return t("driver.spool");
	}
	if (failure) {
		return t("driver.pressed_failed", { why: failure });
	}
	return status.dropped > 0 ? t("driver.dropped", { n: format.count(status.dropped) }) : "";
}

function show() {
	const status = cab.status.get();
	const trouble = troubleWith(status);
	const place = byId("trouble");
	if (place.textContent !== trouble) {
		fill(place, trouble && el("p", { class: "notice bad" }, trouble));
	}
	if (!status) {
		receiver.show("bad", "–");
		radio.show("bad", "–");
		return;
	}
	const moving = isMoving(status);
	document.body.toggleAttribute("data-moving", moving);
	setText(byId("vehicle"), status.vehicle);
	showLamps(status);
	showWork(status);
	areaView.update(map.area.get(), status, moving);
	summary.update(moving || status.shift.open ? null : cab.toConfirm.get());
}

/** What the wires say, of those there are. @param {import("./types.js").CabStatus} status */
function inputs(status) {
	const say = (/** @type {"blade" | "spreader"} */ name) => {
		const state = status[name];
		return state === undefined ? [] : [t(`driver.${name}.${state === null ? "unknown" : state ? "on" : "off"}`)];
	};
	return [...say("blade"), ...say("spreader")].join("　");
}

/** Since when, or what happens without a shift. @param {import("./types.js").CabStatus} status */
function sourceWords(status) {
	const { open, from, unconfirmed, tracks_shifts_only: only } = status.shift;
	if (open) {
		return from ? t("driver.since", { time: format.time(Date.parse(from)) }) : "";
	}
	if (unconfirmed === 0 && !only && (status.spool !== "ok" || status.receiver !== "ok")) {
		return ""; // nothing is recorded; why is told above
	}
	return t(unconfirmed > 0 ? "driver.summary.waits" : only ? "driver.not_tracked" : "driver.tracked");
}

/** @param {import("./types.js").CabStatus} status */
function showWork(status) {
	const { open } = status.shift;
	const sure = performance.now() < sureUntil;
	setText(byId("work"), open || status.work_state !== NONE ? word(t, "work", status.work_state) : t("driver.off"));
	setText(byId("source"), sourceWords(status));
	setText(byId("inputs"), inputs(status));
	setText(shift, t(open ? (sure ? "driver.end_sure" : "driver.end") : "driver.start"));
	shift.dataset.state = open ? (sure ? "sure" : "on") : "off";
	for (const { code, button } of buttons) {
		button.setAttribute("aria-pressed", String(open && status.work_state === code));
	}
}

cab.status.subscribe(show);
cab.toConfirm.subscribe(show);
map.area.subscribe(show);
await cab.poll();
setInterval(async () => {
	await cab.poll();
	show();
}, POLL_MS);

async function lookAtMap() {
	const status = cab.status.get();
	if (status?.map) {
		await map.poll(status);
	}
}
setInterval(lookAtMap, MAP_POLL_MS);
lookAtMap();

// A screen that goes dark in the cab is of no use; where that cannot be prevented, it goes dark.
const stayAwake = () => navigator.wakeLock?.request("screen").catch(() => {});
document.addEventListener("visibilitychange", () => document.hidden || stayAwake());
stayAwake();
