// SPDX-License-Identifier: Apache-2.0
/*
 * The page of the masters (台帳): what the town keeps, changed without a command line.
 */
import * as api from "./data/api.js";
import { roadsOfLinks } from "./data/chosen-roads.js";
import { byId, el, fill } from "./dom.js";
import { classesTab } from "./masters-classes.js";
import { createKit } from "./masters-kit.js";
import { createMastersMap } from "./masters-map.js";
import { closuresTab, routesTab } from "./masters-plans.js";
import { contractorsTab, placesTab } from "./masters-simple.js";
import { vehiclesTab } from "./masters-vehicles.js";
import { prepareStaffPage, sayIn } from "./staff.js";
import { icon } from "./ui/samples.js";
import { createTabs } from "./ui/tabs.js";

const { t, onTheme, needed, begin } = await prepareStaffPage("masters.title");
const say = sayIn("trouble");
const { session, mayChange, town, timezone, format } = await begin(say);
const kit = createKit({ t, format, town, timezone, mayChange, book: roadsOfLinks(await needed(api.getRoadTable, say)) });
await needed(kit.load, say);

const panels = {
	fleet: vehiclesTab(byId("panel-fleet"), kit),
	contractors: contractorsTab(byId("panel-contractors"), kit),
	areas: placesTab(byId("panel-areas"), kit, "areas"),
	routes: routesTab(byId("panel-routes"), kit),
	closures: closuresTab(byId("panel-closures"), kit),
	depots: placesTab(byId("panel-depots"), kit, "depots"),
	classes: classesTab(byId("panel-classes"), kit, session.role === "admin"),
};
const WITHOUT_MAP = ["fleet", "contractors", "classes"];
const tabs = createTabs(byId("tabs"), (name) => {
	document.body.dataset.tab = name;
	document.body.toggleAttribute("data-no-map", WITHOUT_MAP.includes(name));
	// A form that is left is gone: two forms would have fields of the same names.
	Object.keys(panels).forEach((other) => other !== name && fill(byId(`panel-${other}`)));
	panels[/** @type {keyof typeof panels} */ (name)].show();
	history.replaceState(null, "", `#tab=${name}`);
	kit.map()?.resize();
});
const asked = new URLSearchParams(location.hash.slice(1)).get("tab") ?? "";
tabs.show(asked) || tabs.show("fleet");

try {
	kit.setMap(await createMastersMap(byId("map"), { town, t, onTheme }));
} catch (error) {
	console.warn("no map:", error);
	byId("map").replaceWith(el("div", { class: "empty" }, icon("map"), el("h2", {}, t("empty.map.title")), el("p", {}, t("masters.no_map"))));
}
