// SPDX-License-Identifier: Apache-2.0
/*
 * Debian's Chromium, drawing without a graphics card, and pages that are watched: what they say on the
 * console, what they ask other hosts for, what their content security policy refused.
 */
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";

import { chromium } from "playwright-core";

import { closeAfter, PATIENCE_MS, ROOT, until } from "../../support/programs.mjs";

export const BUILD = resolve(ROOT, process.env.BUILD || "build");
export const WEB = join(BUILD, "web");
const SCREENS = join(BUILD, "screens");
const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

export const DESKTOP = { width: 1280, height: 800 };
export const PHONE = { width: 390, height: 780 };
export const TABLET = { width: 1024, height: 720 };
/** Where nobody looks at the pictures a map is drawn with a quarter of the pixels, which takes less than half the time. */
const PIXELS = process.env.CI ? { deviceScaleFactor: 0.5 } : {};

const ARGS = [
	"--no-sandbox",
	"--use-gl=angle",
	"--use-angle=swiftshader-webgl", // the map alone: composing the whole page this way as well took three times as long
	"--enable-unsafe-swiftshader",
	"--disable-gpu-watchdog", // it takes a machine that is busy for one that hangs, and the page's drawing with it
	"--disable-background-networking",
];

/** Chromium without its windows, which takes half of the processor time; CHROMIUM=/usr/bin/chromium is the whole of it. @param {string[]} [more] */
export function launch(more = []) {
	return chromium.launch({ executablePath: process.env.CHROMIUM || "/usr/bin/chromium-headless-shell", args: [...ARGS, ...more] });
}

/**
 * A page that is watched from its first request on, and closed with the test: that fails it when the page said anything
 * on the console, asked another host for anything or came without a strict content security policy.
 * @param {{after: (fn: () => Promise<void>) => void} | null} t the test's context; null: whoever opens it closes it
 * @param {import("playwright-core").Browser} browser
 * @param {string} origin
 * @param {import("playwright-core").BrowserContextOptions & {ignore?: RegExp, user?: {cookie: string}, webgl?: boolean}} [options]
 *	ignore: console lines that belong to the test; user: who is signed in (place.signIn);
 *	webgl: false is a browser that draws no map, which costs most of the time: for tests of everything beside it
 */
export async function openPage(t, browser, origin, { ignore, user, webgl = true, ...options } = {}) {
	const context = await browser.newContext({ viewport: DESKTOP, locale: "ja-JP", timezoneId: "UTC", reducedMotion: "reduce", ...PIXELS, ...options });
	if (user) {
		const [name, value] = user.cookie.split("=");
		await context.addCookies([{ name, value, url: origin, httpOnly: true, sameSite: "Strict" }]);
	}
	if (!webgl) {
		await context.addInitScript(withoutWebGL);
	}
	context.setDefaultTimeout(PATIENCE_MS);
	const page = await context.newPage();
	const complaints = [];
	const foreign = [];
	page.on("console", (message) => {
		if (["error", "warning"].includes(message.type()) && !harmless(message.text()) && !ignore?.test(message.text()) && (webgl || !/WebGL|^no map/.test(message.text()))) {
			complaints.push(`${message.type()}: ${message.text()} (${message.location().url})`);
		}
	});
	/* What our code throws is an Error with a stack (eslint holds that).  What has none is the browser's
	 * own word about requests which a page that was left no longer waits for. */
	page.on("pageerror", (error) => error.stack && complaints.push(`exception: ${error.stack}`));
	page.on("request", (request) => {
		const url = new URL(request.url());
		if (!["data:", "blob:"].includes(url.protocol) && url.origin !== origin) {
			foreign.push(request.url());
		}
	});
	page.on("response", (response) => {
		const { "content-security-policy": policy = "" } = response.headers();
		if (response.request().isNavigationRequest() && response.ok() && !STRICT.test(policy)) {
			complaints.push(`no strict content security policy: ${response.url()} "${policy}"`);
		}
	});
	/** Nothing was said on the console, and nothing asked of another host. */
	function assertQuiet() {
		assert.deepEqual(complaints, []);
		assert.deepEqual(foreign, []);
	}
	async function close() {
		await context.close();
		assertQuiet();
	}
	if (t) {
		closeAfter(t, close);
	}
	return { page, close, assertQuiet };
}

/** Runs in the page, before anything of it. */
function withoutWebGL() {
	const own = HTMLCanvasElement.prototype.getContext;
	HTMLCanvasElement.prototype.getContext = function (/** @type {string} */ kind, ...more) {
		return /^webgl/.test(kind) ? null : own.call(this, kind, ...more);
	};
}

/** The content security policy of every page, whichever program serves it. */
const STRICT = /^default-src 'self'; script-src 'self'; worker-src 'self'; style-src 'self'; (?!.*(unsafe|\*))/;

/** What is said of asking a server that is away, for tests that send it away; Pn is the map library's own name of such an error. */
export const SERVER_AWAY = /^Pn$|ERR_[A-Z_]+|[Ff]ailed to (load|fetch)|EventSource|no map: Error: .* did not load/;

/** What Chromium says about drawing in software, not about the page. @param {string} text */
const harmless = (text) => /GL Driver Message|GPU stall|software WebGL/i.test(text);

/** What axe-core finds; its rules are run in the page without breaking its content security policy. @param {import("playwright-core").Page} page */
export async function assertAccessible(page) {
	await page.evaluate(await readAxe());
	const found = await page.evaluate(async () => {
		const { violations } = await globalThis.axe.run(document, {
			preload: false, // it would ask the server for the style sheets again, also one that a test sent away
			runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
		});
		return violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map((node) => `${node.html.slice(0, 120)} ${node.failureSummary ?? ""}`).join(" | ")}`);
	});
	assert.deepEqual(found, []);
}

let axe = "";
async function readAxe() {
	const { readFile } = await import("node:fs/promises");
	axe ||= await readFile(AXE, "utf8");
	return axe;
}

/**
 * What someone sees is seen on a phone's and on a desktop's size: the check runs at both, of the same page, which has
 * its own size again afterwards.
 * @param {import("playwright-core").Page} page
 * @param {(size: "desk" | "phone") => Promise<void>} check
 */
export async function atBothSizes(page, check) {
	const own = page.viewportSize();
	for (const [name, size] of /** @type {const} */ ([["desk", DESKTOP], ["phone", PHONE]])) {
		await page.setViewportSize(size);
		await check(name);
	}
	await page.setViewportSize(own);
}

/**
 * Somebody sees it: it is in the window once it was scrolled to, whole from side to side, nothing lies before it, and
 * it says these words.
 * @param {import("playwright-core").Locator} locator
 * @param {RegExp} [words]
 */
export async function assertSeen(locator, words = /(?:)/) {
	let why = "";
	await until(`${locator} is seen`, async () => {
		const text = (await locator.isVisible()) ? await locator.evaluate((element) => (element instanceof HTMLElement ? element.innerText : element.textContent)) : null;
		why = text === null ? "it is not shown" : words.test(text) ? await locator.evaluate(faultInSight) : `it says ${text}`;
		return why === "";
	}).catch((error) => {
		throw new Error(`${error.message}: ${why}`);
	});
}

/** Runs in the page: what keeps an element from being seen, or "". @param {Element} element */
function faultInSight(element) {
	element.scrollIntoView({ block: "nearest" });
	const range = document.createRange();
	range.selectNodeContents(element);
	const lines = element instanceof HTMLElement ? range.getClientRects() : []; // a drawing is cut to its own box
	const boxes = [...lines, element.getBoundingClientRect()].filter(({ width, height }) => width > 1 && height > 1);
	const beside = boxes.find(({ left, right }) => left < -0.5 || right > innerWidth + 0.5);
	if (boxes.length === 0 || beside) {
		return beside ? `it goes from ${beside.left} to ${beside.right} of ${innerWidth}` : "it has no size";
	}
	const middle = boxes.map(({ left, top, width, height }) => ({ x: left + width / 2, y: top + height / 2 })).find(({ y }) => y > 0 && y < innerHeight);
	const hit = middle && document.elementFromPoint(middle.x, middle.y);
	if (!hit) {
		return "it is out of sight";
	}
	return element.contains(hit) || hit.contains(element) ? "" : `a ${hit.tagName} of class "${hit.getAttribute("class")}" lies before it`;
}

/** Nothing is wider than the window. @param {import("playwright-core").Page} page */
export async function assertNotSideways(page) {
	assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true, "it scrolls sideways");
}

/** Keeps a picture in BUILD/screens. @param {import("playwright-core").Page} page @param {string} name */
export async function picture(page, name) {
	mkdirSync(SCREENS, { recursive: true });
	await page.screenshot({ path: join(SCREENS, `${name}.png`) });
}

/** Waits until the page's address, which follows what is shown, holds a text. @param {import("playwright-core").Page} page @param {RegExp} wanted */
export const untilAddress = (page, wanted) => until(`the address has ${wanted}`, () => wanted.test(page.url()));

/**
 * Polls in the page until fn gives something true; page.waitForFunction() would be eval to the policy.
 * @template A
 * @param {string} what
 * @param {import("playwright-core").Page} page
 * @param {(argument: A) => unknown} fn
 * @param {A} [argument]
 */
export const untilPage = (what, page, fn, argument) =>
	until(what, () => page.evaluate(fn, argument), { every_ms: 200 });

/**
 * Goes by the Tab key alone until an element has the focus; back: with Shift.
 * @param {import("playwright-core").Page} page
 * @param {import("playwright-core").Locator} wanted
 * @param {{back?: boolean}} [how]
 */
export async function tabTo(page, wanted, { back = false } = {}) {
	await until(`the Tab key comes to ${wanted}`, async () => {
		await page.keyboard.press(back ? "Shift+Tab" : "Tab");
		return wanted.evaluate((element) => document.activeElement === element);
	}, { every_ms: 1 });
}
