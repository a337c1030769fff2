// SPDX-License-Identifier: Apache-2.0
/*
 * The list of roads for slow lines, print and phones of 2016: one plain script of ES2017 (a lint holds it
 * there), no modules, no map.  The same files and the same words as the page with the map.
 */
(function list() {
	"use strict";

	const OLD_MS = 40 * 60 * 1000;
	const POLL_MS = 60 * 1000;
	const MANY = 60;
	const LANGUAGES = ["ja", "ja-easy", "en"];
	const ALL = "\n";

	/** @typedef {import("./types.js").Manifest} Manifest */
	/** @typedef {import("./types.js").PublicRow} PublicRow */
	/** @typedef {{day: string, file: string}} Night */
	/**
	 * @typedef {object} Area
	 * @property {string} name
	 * @property {any} element
	 * @property {any} summary
	 * @property {string} file
	 * @property {string} fetched
	 * @property {PublicRow[]} roads
	 * @property {Night[] | null} nights which files have its passes; null: not here yet
	 * @property {number} matches
	 */

	/** @type {Record<string, string>} */
	let words = {};
	/** @type {any} a Manifest, once it came */
	let manifest = null;
	let heard = { server: Date.now(), here: Date.now() };
	let failed = false;
	/** @type {WeakMap<Node, string>} what each element shows */
	const shown = new WeakMap();
	/** Files of passes by their names. @type {Record<string, any>} */
	let passes = {};
	/** Districts: what is shown and what was fetched for it. @type {Area[]} */
	let areas = [];

	/** @param {string} id @returns {any} */
	const byId = (id) => document.getElementById(id);
	const now = () => heard.server + (Date.now() - heard.here);

	/** Readings are between marks that no town's text has: show() puts them above. @param {string} key @param {Record<string, string | number>} [values] */
	function t(key, values) {
		const text = (words[key] || key).replace(/\[([^|\]]+)\|([^\]]+)\]/g, "\ue000$1\ue001$2\ue000");
		return text.replace(/\{(\w+)\}/g, (hole, name) => (values && name in values ? String(values[name]) : hole));
	}

	/** @param {string} tag @param {string} text @param {Record<string, string>} [attributes] */
	function el(tag, text, attributes) {
		const element = document.createElement(tag);
		show(element, text);
		const given = attributes || {};
		Object.keys(given).forEach((name) => element.setAttribute(name, given[name]));
		return element;
	}

	/** @param {Node} element @param {string} text */
	function show(element, text) {
		if (shown.get(element) === text) {
			return;
		}
		shown.set(element, text);
		element.textContent = "";
		text.split("\ue000").forEach((piece) => {
			const parts = piece.split("\ue001");
			const place = parts[1] ? document.createElement("ruby") : element;
			place.appendChild(document.createTextNode(parts[0]));
			if (parts[1]) {
				place.appendChild(document.createElement("rt")).textContent = parts[1];
				element.appendChild(place);
			}
		});
	}

	/** @param {string} path @param {(body: any, request: XMLHttpRequest) => void} done body: null when it could not be had */
	function get(path, done) {
		const request = new XMLHttpRequest();
		request.open("GET", path);
		request.onload = () => {
			let body = null;
			if (request.status === 200) {
				try {
					body = JSON.parse(request.responseText);
				} catch (error) {
					body = null;
				}
			}
			done(body, request);
		};
		request.onerror = () => done(null, request);
		request.send();
	}

	function chooseLanguage() {
		const asked = /[?&]lang=([a-z-]+)/.exec(location.search);
		let kept = null;
		try {
			kept = localStorage.getItem("language");
			if (asked && LANGUAGES.indexOf(asked[1]) >= 0) {
				localStorage.setItem("language", asked[1]);
			}
		} catch (error) {
			kept = null; // A browser that keeps nothing is no reason to fail.
		}
		const wanted = [asked ? asked[1] : "", kept || "", (navigator.language || "ja").slice(0, 2)];
		return wanted.filter((each) => LANGUAGES.indexOf(each) >= 0)[0] || "ja";
	}

	/** A clock time in the town, with the day where it is another than today's. @param {number} ms */
	function when(ms) {
		const zone = manifest.town.timezone;
		const day = (/** @type {number} */ time) => new Intl.DateTimeFormat("en-CA", { year: "numeric", month: "2-digit", day: "2-digit", timeZone: zone }).format(time);
		/** @type {Intl.DateTimeFormatOptions} */
		const how = { hour: "2-digit", minute: "2-digit", hour12: false, timeZone: zone };
		if (day(ms) !== day(now())) {
			how.month = "short";
			how.day = "numeric";
		}
		return new Intl.DateTimeFormat(document.documentElement.lang, how).format(ms);
	}

	/** @param {number} ms */
	function age(ms) {
		const minutes = Math.max(0, Math.floor(ms / 60000));
		if (minutes < 1) {
			return t("public.just_now");
		}
		if (minutes < 60) {
			return t("public.minutes_ago", { n: minutes });
		}
		return minutes < 2880 ? t("public.hours_ago", { n: Math.floor(minutes / 60) }) : t("public.days_ago", { n: Math.floor(minutes / 1440) });
	}

	/** @param {string} text */
	const plain = (text) => (text.normalize ? text.normalize("NFKC") : text).toLowerCase().trim();
	const wanted = () => plain(byId("search").value);

	/** @param {string} key @param {string} otherwise */
	const wordOf = (key, otherwise) => (words[key] ? t(key) : otherwise);

	/** @param {number} metres */
	const length = (metres) => (metres < 1000 ? `${Math.round(metres)} m` : `${(metres / 1000).toFixed(1)} km`);

	/** By when roads of a class are to be done, or "". @param {PublicRow} road */
	function finishBy(road) {
		const rules = manifest.classes.filter((/** @type {any} */ rule) => rule.code === road.class || rule.code === "");
		const rule = rules.filter((/** @type {any} */ each) => each.code !== "")[0] || rules[0];
		return rule && road.status !== "not_ours" ? rule.finish_by : "";
	}

	/** Which road it is, whose, of which class and length, and by when it is to be done. @param {PublicRow} road */
	function nameCell(road) {
		const cell = el("th", "", { scope: "row" });
		const kind = [t(`admin.${road.admin}`), road.class && wordOf(`road_class.${road.class}`, road.class), length(road.length_m)];
		const target = finishBy(road);
		cell.appendChild(el("span", road.name || t("public.unnamed", { n: road.links.length })));
		cell.appendChild(el("small", kind.filter(Boolean).join("・")));
		if (target) {
			cell.appendChild(el("small", t("public.list_target", { time: target })));
		}
		return cell;
	}

	/** The nights with a pass over a road, each on its line. @param {Night[]} nights @param {PublicRow} road */
	function nightList(nights, road) {
		const list = el("ul", "", { class: "nights" });
		const name = new Intl.DateTimeFormat(document.documentElement.lang, { month: "short", day: "numeric", weekday: "short", timeZone: "UTC" });
		const clock = new Intl.DateTimeFormat(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hour12: false, timeZone: manifest.town.timezone });
		nights.forEach((night) => {
			const columns = passes[night.file];
			/** @type {number[]} */
			let times = [];
			columns.id.forEach((/** @type {number} */ id, /** @type {number} */ i) => {
				times = road.links.indexOf(id) < 0 ? times : times.concat(columns.passes[i]);
			});
			times = times.sort((a, b) => b - a).filter((time, i) => i === 0 || time !== times[i - 1]);
			if (times.length > 0) {
				list.appendChild(el("li", `${t("public.night", { day: name.format(Date.parse(night.day)) })} ${times.map((time) => clock.format(time * 1000)).join("、")}`));
			}
		});
		if (list.children.length === 0 && road.last === null) {
			list.appendChild(el("li", `${t("public.nights")}：${t("public.night_none")}`));
		}
		return list;
	}

	/** What is known of a road; of one that is not the town's, whom to ask. @param {PublicRow} road @param {Area} area */
	function knownCell(road, area) {
		if (road.admin !== "town") {
			const cell = el("td", t(`responsible.${road.admin}`));
			cell.appendChild(el("small", t(`public.who_do.${road.admin}`)));
			return cell;
		}
		const last = road.last === null ? t("public.no_pass") : t("public.passed", { time: when(road.last * 1000), age: age(now() - road.last * 1000) });
		const cell = el("td", last);
		if (road.links.length > 1) {
			cell.appendChild(el("small", t("public.sections", { n: road.links.length, done: road.done })));
		}
		if (area.nights) {
			cell.appendChild(nightList(area.nights, road));
		}
		return cell;
	}

	/** @param {PublicRow} road @param {Area} area */
	function rowOf(road, area) {
		const row = document.createElement("tr");
		row.className = `status-${road.status}`;
		const status = el("td", t(`public.status.${road.status}`), { class: "status" });
		[nameCell(road), status, knownCell(road, area)].forEach((cell) => row.appendChild(cell));
		return row;
	}

	/** @param {Area} area */
	function fillArea(area) {
		const body = area.element.querySelector("tbody");
		const text = wanted();
		body.textContent = "";
		area.roads
			.filter((road) => !text || plain(road.name).indexOf(text) >= 0 || plain(area.name).indexOf(text) >= 0)
			.forEach((road) => body.appendChild(rowOf(road, area)));
		area.matches = body.children.length;
	}

	/** Files of passes, each asked for once. @param {string[]} names @param {() => void} done when all of them are here */
	function getPasses(names, done) {
		let missing = names.filter((name) => !passes[name]);
		if (missing.length === 0) {
			done();
		}
		missing.forEach((name) => get(`/data/${name}`, (found) => {
			if (!found) {
				failed = true;
				showAge();
				return;
			}
			passes[name] = found;
			missing = missing.filter((each) => each !== name);
			if (missing.length === 0) {
				done();
			}
		}));
	}

	/** The nights of a district come after its roads: they are read last. @param {Area} area */
	function loadNights(area) {
		const index = manifest.passes.file;
		getPasses([index], () => {
			/** @type {Night[]} */
			const nights = passes[index].days.map((/** @type {any} */ each) => ({ day: each.day, file: each.areas[area.name] })).filter((/** @type {Night} */ each) => each.file);
			getPasses(nights.map((night) => night.file), () => {
				// What came too late for the index is forgotten already: the next one asks again.
				const all = nights.every((night) => Boolean(passes[night.file]));
				if (all && JSON.stringify(nights) !== JSON.stringify(area.nights)) {
					area.nights = nights;
					fillArea(area);
				}
			});
		});
	}

	/** Forgets the passes that are neither shown nor named any more. */
	function forgetPasses() {
		const index = manifest.passes.file;
		const days = passes[index] ? passes[index].days : [];
		const named = days.reduce((/** @type {string[]} */ all, /** @type {any} */ day) => all.concat(Object.values(day.areas)), [index]);
		const told = areas.reduce((all, area) => all.concat((area.nights || []).map((night) => night.file)), named);
		passes = Object.keys(passes).filter((name) => told.indexOf(name) >= 0).reduce((kept, name) => Object.assign(kept, { [name]: passes[name] }), {});
	}

	/** @param {Area} area @param {() => void} done */
	function loadArea(area, done) {
		if (area.fetched === area.file) {
			done();
			return;
		}
		const file = area.file;
		get(`/data/${file}`, (found) => {
			if (found) {
				area.fetched = file;
				area.roads = found.roads;
				fillArea(area);
			}
			failed = !found;
			showAge();
			done();
		});
	}

	/** Looks at a district: its roads, then their nights. @param {Area} area */
	const openArea = (area) => loadArea(area, () => loadNights(area));

	/** @param {string} name @returns {Area} */
	function makeArea(name) {
		const element = document.createElement("details");
		const summary = document.createElement("summary");
		const heads = document.createElement("tr");
		["public.column.road", "public.column.status", "public.column.last"].forEach((key) => heads.appendChild(el("th", t(key), { scope: "col" })));
		const table = document.createElement("table");
		table.appendChild(el("caption", name || t("area.none")));
		table.appendChild(document.createElement("thead")).appendChild(heads);
		table.appendChild(document.createElement("tbody"));
		element.appendChild(summary);
		element.appendChild(table);
		byId("areas").appendChild(element);
		/** @type {Area} */
		const area = { name, element, summary, file: "", fetched: "", roads: [], nights: null, matches: 0 };
		element.addEventListener("toggle", () => element.open && openArea(area));
		return area;
	}

	function showAreas() {
		/** @type {Manifest} */
		const told = manifest;
		const known = areas.map((area) => area.name).join(ALL);
		if (known !== told.districts.map((each) => each.area).join(ALL)) {
			byId("areas").textContent = "";
			areas = told.districts.map((each) => makeArea(each.area));
		}
		told.districts.forEach((district, i) => {
			const progress = told.progress.areas.filter((bar) => bar.name === district.area)[0];
			const percent = progress ? ` — ${t("public.progress")} ${Math.floor(progress.percent)}\u00a0%` : "";
			areas[i].file = district.file;
			show(areas[i].summary, `${district.area || t("area.none")} — ${t("public.count", { n: district.roads })}${percent}`);
			if (areas[i].element.open) {
				openArea(areas[i]);
			} else if (wanted()) {
				loadArea(areas[i], () => {});
			}
		});
		forgetPasses();
	}

	function showAge() {
		if (!manifest) {
			show(byId("trouble"), t("public.unreachable"));
			return;
		}
		const made = Date.parse(manifest.made);
		const old = age(now() - made);
		show(byId("asof"), t("public.asof", { time: when(made), age: old }));
		if (failed) {
			show(byId("trouble"), t("public.offline", { age: old }));
		} else {
			show(byId("trouble"), now() - made > OLD_MS ? t("public.old", { age: old }) : "");
		}
	}

	function showOperation() {
		const operation = manifest.operation;
		byId("operation").className = operation ? "open" : "";
		if (!operation) {
			show(byId("operation"), t("public.no_operation"));
			return;
		}
		const key = operation.target ? "public.operation_target" : "public.operation_start";
		const target = operation.target ? when(Date.parse(operation.target)) : "";
		show(byId("operation"), `${t("public.operation")} ${t(key, { name: operation.name, start: when(Date.parse(operation.start)), target })}`);
	}

	function showClosures() {
		get(`/data/${manifest.closures.file}`, (found) => {
			const list = byId("closures");
			list.textContent = "";
			(found ? found.closures : []).filter((/** @type {any} */ each) => Date.parse(each.end) > now()).forEach((/** @type {any} */ each) => {
				const key = Date.parse(each.from) > now() ? "public.closed_from" : "public.closed_until";
				const times = t(key, { from: when(Date.parse(each.from)), end: when(Date.parse(each.end)) });
				list.appendChild(el("li", `${t("public.closed")} ${each.text[language] || each.text.ja} ${times}`));
			});
		});
	}

	function poll() {
		get("/data/manifest.json", (found, request) => {
			failed = !found || request.getResponseHeader("X-Kept") !== null;
			if (found) {
				const date = failed ? NaN : Date.parse(request.getResponseHeader("Date") || "");
				heard = { server: isNaN(date) ? Date.now() : date, here: Date.now() };
				manifest = found;
				byId("tools").hidden = false;
				byId("table").href = `/data/${manifest.table.file}`;
				showOperation();
				showClosures();
				showAreas();
			}
			showAge();
		});
	}

	function showSearch() {
		const text = wanted();
		const matches = areas.reduce((sum, area) => sum + area.matches, 0);
		areas.forEach((area) => {
			area.element.hidden = text !== "" && area.matches === 0;
			if (text) {
				area.element.open = area.matches > 0 && matches <= MANY;
			}
		});
		byId("nothing").hidden = !text || matches > 0;
		show(byId("nothing"), t("public.filter_nothing", { text: byId("search").value }));
	}

	function search() {
		let waiting = areas.length;
		areas.forEach((area) => loadArea(area, () => {
			fillArea(area);
			waiting -= 1;
			if (waiting === 0) {
				showSearch();
			}
		}));
	}

	/** @param {Record<string, string> | null} found */
	function start(found) {
		words = found || {};
		const places = document.querySelectorAll("[data-t]");
		for (let i = 0; found && i < places.length; i++) {
			show(places[i], t(places[i].getAttribute("data-t") || ""));
		}
		document.title = `${t("public.list").replace(/\ue001[^\ue000]*|\ue000/g, "")}｜${t("brand")}`;
		byId("search").addEventListener("input", search);
		byId("find").addEventListener("submit", (/** @type {Event} */ event) => event.preventDefault());
		byId("all").addEventListener("click", () => areas.forEach((area) => {
			area.element.open = true;
			openArea(area);
		}));
		document.addEventListener("visibilitychange", () => document.hidden || poll());
		poll();
		setInterval(poll, POLL_MS);
		if (navigator.serviceWorker) {
			navigator.serviceWorker.register("/resident-kept.js").catch(() => {}); // then nothing is kept for when the network drops
		}
	}

	const language = chooseLanguage();
	document.documentElement.lang = language === "en" ? "en" : "ja";
	get(`/locales/${language}.json`, (found) => {
		if (language !== "ja-easy") {
			start(found);
			return;
		}
		get("/locales/ja.json", (japanese) => start(Object.assign({}, japanese, found)));
	});
})();
