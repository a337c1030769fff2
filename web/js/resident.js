// SPDX-License-Identifier: Apache-2.0
/*
 * The residents' page: is my road done?  Wires the public files to list and map.
 */
import * as api from "./data/api.js";
import { createPublic, POLL_MS } from "./data/public.js";
import { byId, el, fill, setText } from "./dom.js";
import { createFormat } from "./format.js";
import { preparePage } from "./page.js";
import { createResidentMap } from "./resident-map.js";
import { createLegend } from "./ui/legend.js";
import { createRoadList, roadAnswer, roadKey, roadName } from "./ui/road-list.js";
import { roadWords } from "./ui/road-card.js";
import { icon, progressBar, statusSample } from "./ui/samples.js";

/** Residents are shown what is some minutes old on purpose; this much is no purpose any more. */
const OLD_MS = 40 * 60_000;

const { language, t, onTheme } = await preparePage(api.getLocale);
document.title = `${t("public.question")}｜${t("brand")}`;
const data = createPublic();
const search = /** @type {HTMLInputElement} */ (byId("search"));
/** @type {import("./types.js").PublicRoad | null} */
let picked = null;
/** @type {Awaited<ReturnType<typeof createResidentMap>> | null} */
let map = null;

data.state.subscribe(showOutage);
await data.poll();
while (!data.manifest.get()) {
	await new Promise((done) => setTimeout(done, POLL_MS));
	await data.poll();
}
const { town } = /** @type {import("./types.js").Manifest} */ (data.manifest.get());
const format = createFormat(language, town.timezone);
setText(byId("town"), town.name);
document.title = `${t("public.question")}｜${town.name}`;

const list = createRoadList(byId("areas"), { t, format, onPick: (road) => pick(road, true) });

/** @param {import("./types.js").PublicRoad} road @param {boolean} move whether the map goes there */
function pick(road, move) {
	picked = road;
	map?.mark(road.links);
	if (move) {
		map?.showPoint(road.center);
	}
	showAnswer();
	showList();
	byId("answer").scrollIntoView({ block: "nearest" });
}

function showAnswer() {
	if (!picked) {
		fill(byId("answer"));
		return;
	}
	const answer = roadAnswer(picked, data.coverage.get(), { t, format, now: data.now() });
	const responsible = picked.admin === "town" ? "" : t(`responsible.${picked.admin}`);
	fill(
		byId("answer"),
		el("h2", {}, roadName(picked, t)),
		el("p", { class: "quiet" }, [picked.area, roadWords(picked, t, format)].filter(Boolean).join("・")),
		el("p", { class: "verdict" }, statusSample(answer.status), el("b", {}, answer.word)),
		answer.status !== "not_ours" && el("p", {}, answer.last),
		answer.status !== "not_ours" && el("p", { class: "quiet" }, answer.sections),
		responsible && el("p", { class: "notice" }, responsible),
	);
}

function showList() {
	const found = list.show({
		roads: data.roads.get(),
		coverage: data.coverage.get(),
		progress: data.manifest.get()?.progress ?? null,
		now: data.now(),
		text: search.value,
		picked: picked && roadKey(picked),
	});
	const nothing = byId("nothing");
	nothing.hidden = found || data.state.get() === "loading";
	setText(nothing, search.value ? t("public.filter_nothing", { text: search.value }) : t("empty.roads.title"));
}

function showTotal() {
	const total = data.manifest.get()?.progress?.total;
	if (total && total.length_m > 0) {
		const [done, partly] = [total.done_m / total.length_m, total.partly_m / total.length_m];
		fill(byId("total"), `${t("public.progress")} ${format.percent(done)}`, progressBar(done, partly));
	}
}

function showOperation() {
	const manifest = data.manifest.get();
	if (!manifest) {
		return;
	}
	const { operation } = manifest;
	const when = (/** @type {string} */ time) => format.when(Date.parse(time), data.now());
	fill(
		byId("operation"),
		operation
			? el("strong", {}, t("public.operation"))
			: t("public.no_operation"),
		operation &&
			t(operation.target ? "public.operation_target" : "public.operation_start", {
				name: operation.name,
				start: when(operation.start),
				target: operation.target ? when(operation.target) : "",
			}),
	);
	byId("operation").toggleAttribute("data-open", operation !== null);
}

/** What there is to say while there is nothing to show. */
function showOutage() {
	const state = data.state.get();
	if (data.manifest.get() || state === "loading") {
		return;
	}
	setText(byId("asof"), "");
	fill(
		byId("trouble"),
		state === "none"
			? el(
					"div",
					{ class: "notice warn" },
					el("h2", {}, t("public.none.title")),
					el("p", {}, t("public.none.text")),
					el("p", {}, el("a", { href: "/dispatch.html" }, t("public.dispatch"))),
				)
			: el("p", { class: "notice bad" }, t("public.unreachable")),
	);
}

/** How old what is shown is, and what is wrong when it is too old. */
function showAge() {
	const manifest = /** @type {import("./types.js").Manifest} */ (data.manifest.get());
	const made = Date.parse(manifest.made);
	const age = format.age(data.now() - made);
	fill(byId("asof"), el("time", { datetime: manifest.made }, t("public.asof", { time: format.when(made, data.now()), age })));
	const trouble =
		data.state.get() === "offline"
			? el("p", { class: "notice bad" }, t("public.offline", { age }))
			: data.now() - made > OLD_MS && el("p", { class: "notice warn" }, t("public.old", { age }));
	fill(byId("trouble"), trouble);
}

function showAll() {
	showOperation();
	showTotal();
	showAge();
	showAnswer();
	showList();
}

async function openMap() {
	try {
		map = await createResidentMap(byId("map"), { data, town, t, onTheme, onPick: pickLink });
		map.mark(picked ? picked.links : []);
	} catch (error) {
		console.warn("no map:", error);
		byId("map").replaceWith(el("div", { class: "empty" }, icon("map"), el("h2", {}, t("empty.map.title")), el("p", {}, t("empty.map.text"))));
		byId("legend").hidden = true;
	}
}

/** @param {number} link one that was clicked */
function pickLink(link) {
	const road = data.roads.get().find(({ links }) => links.includes(link));
	if (road) {
		pick(road, false);
	}
}

search.addEventListener("input", showList);
const legend = createLegend(byId("legend-body"), {
	t,
	words: "public.status",
	onColouring(colouring) {
		legend.show(colouring);
		map?.colour(colouring, data.now());
	},
});
legend.show("status");

data.manifest.subscribe(showAll);
data.state.subscribe(showAge);
openMap();
setInterval(() => {
	if (!document.hidden) {
		data.poll();
	}
}, POLL_MS);
document.addEventListener("visibilitychange", () => document.hidden || data.poll());
setInterval(showAll, 30_000);
