// SPDX-License-Identifier: Apache-2.0
// Coming in, being sent away, going out, and the page on which an admin looks after the users.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { LOOPBACK, until } from "../support/programs.mjs";
import { assertAccessible, assertSeen, atBothSizes, launch, openPage, PHONE, picture, SERVER_AWAY, untilPage, WEB } from "./support/browser.mjs";
import { serveTown, snowTown, workplace } from "./support/scene.mjs";

const PASSWORD = "雪の日は 早起き";
const AWAY = { ignore: /401 \(Unauthorized\)|403 \(Forbidden\)|409 \(Conflict\)|429|400 \(Bad/ };

let place, db, town, browser;

before(async () => {
	place = await workplace();
	db = await snowTown(place);
	await place.vehicle(db, "R-1", ["--contractor", "山形建設"]);
	await place.vehicle(db, "R-2", ["--contractor", "最上土木"]);
	town = await serveTown(place, db, [], { role: "admin", name: "管理者 甲" });
	browser = await launch();
});
after(async () => {
	await browser?.close();
	await place?.close();
});

async function open(t, path, options = {}) {
	const watched = await openPage(t, browser, town.origin, { webgl: false, ...AWAY, ...options });
	await watched.page.goto(town.origin + path);
	return watched;
}

const whereIs = (page) => { const { pathname, search, hash } = new URL(page.url()); return pathname + search + hash; };
const arrives = (page, place) => until(`it arrives at ${place}`, () => whereIs(page) === place);

async function fillIn(page, fields) {
	for (const [id, text] of Object.entries(fields)) {
		await page.locator(`#${id}`).fill(text);
	}
	await page.locator("#submit").click();
}

test("who is not signed in is asked to, told what is wrong, and comes back to where he was", async (t) => {
	const user = await place.signIn(town.plowd, { db, name: "指令 乙" });
	const { page } = await open(t, "/dispatch.html?lang=ja#tab=progress");
	await until("the sign-in page is there", () => /^\/signin\.html\?next=/.test(whereIs(page)));
	await page.locator("#name").waitFor();
	await untilPage("the cursor waits in the first field", page, () => document.activeElement.id === "name");
	await fillIn(page, { name: user.name, password: "違うパスワード" });
	await until("it says so", async () => /名前かパスワードが違います/.test(await page.locator("#trouble").innerText()));
	await atBothSizes(page, async (size) => {
		await assertSeen(page.locator("#trouble"));
		await assertSeen(page.locator("#submit"));
		await picture(page, `signin-wrong-${size}`);
		await assertAccessible(page);
	});
	await page.locator("#password").fill(PASSWORD);
	await page.keyboard.press("Enter");
	await arrives(page, "/dispatch.html?lang=ja#tab=progress");
	await page.locator("#who summary").waitFor();
	assert.match(await page.locator("#who summary").innerText(), /指令 乙/);
	await page.locator("#tab-progress[aria-selected=true]").waitFor();

	await page.locator("#who summary").click();
	await atBothSizes(page, () => assertSeen(page.locator("#who button")));
	await picture(page, "dispatch-who");
	await assertAccessible(page);
	assert.equal(await page.locator("#who a[href='/users.html']").count(), 0, "the users are the admin's");
	await page.locator("#who button").click();
	await until("he is out", () => whereIs(page).startsWith("/signin.html"));
	await page.goto(`${town.origin}/dispatch.html`);
	await until("and stays out", () => whereIs(page).startsWith("/signin.html"));
});

test("who tries too many passwords is told to wait", async (t) => {
	const user = await place.signIn(town.plowd, { db, name: "指令 戊" });
	const { page } = await open(t, "/signin.html");
	await page.locator("#name").waitFor();
	const said = page.locator("#trouble");
	await page.locator("#name").fill(user.name);
	await until("it makes wait", async () => {
		await page.locator("#password").fill("違うパスワード");
		await page.locator("#submit").click();
		await page.locator("#submit:enabled").waitFor();
		return /間違いが続いたため、しばらく待ってから/.test(await said.innerText());
	});
	await atBothSizes(page, async (size) => {
		await assertSeen(said);
		await picture(page, `signin-locked-${size}`);
	});
});

test("no address leads to another site after signing in", async (t) => {
	const user = await place.signIn(town.plowd, { db });
	for (const next of ["https://elsewhere.example/x", "//elsewhere.example/x", "/\\elsewhere.example", "javascript:alert(1)", "signin.html"]) {
		const { page } = await open(t, `/signin.html?next=${encodeURIComponent(next)}`);
		await fillIn(page, { name: user.name, password: PASSWORD });
		await arrives(page, "/dispatch.html");
		assert.equal(new URL(page.url()).origin, town.origin);
	}
});

test("a page whose session is ended goes to the sign-in by itself", async (t) => {
	const user = await place.signIn(town.plowd, { db });
	const { page } = await open(t, "/dispatch.html", { user, ignore: SERVER_AWAY });
	await until("it is live", async () => /受信中/.test(await page.locator("#lamp").innerText()));
	await place.ok("plowctl", ["user", "sign-out", "--db", db, "--name", user.name]);
	await until("it asks to sign in", () => whereIs(page).startsWith("/signin.html"));
});

test("who may not open an operation gets no form for it, and a contractor sees his own vehicles", async (t) => {
	const contractor = await place.signIn(town.plowd, { db, role: "contractor", contractor: "山形建設" });
	const auditor = await place.signIn(town.plowd, { db, role: "auditor" });
	for (const [user, vehicles, form] of [[contractor, ["R-1"], 0], [auditor, ["R-1", "R-2"], 0], [town.user, ["R-1", "R-2"], 1]]) {
		const { page } = await open(t, "/dispatch.html#tab=operation", { user });
		await until("the vehicles are listed", async () => (await page.locator("#vehicles li").count()) === vehicles.length);
		const text = await page.locator("#vehicles").evaluate((list) => list.textContent);
		assert.deepEqual(["R-1", "R-2"].filter((code) => text.includes(code)), vehicles, user.name);
		await until("the panel is filled", async () => (await page.locator("#panel-operation").innerText()).trim() !== "");
		assert.equal(await page.locator("#panel-operation form").count(), form, user.name);
	}
});

test("the set-up link makes the first admin and leads on", async (t) => {
	const own = await workplace(t);
	const file = own.path("town.db");
	await own.ok("plowctl", ["init", "--db", file, "--name", "白紙町"]);
	const plowd = await own.serve("plowd", ["--db", file, ...LOOPBACK], { env: { PLOW_WEB: WEB } });
	const [link] = await until("the link is printed", () => plowd.stderr().match(/http:\S+setup\.html#\S+/));
	const watched = await openPage(t, browser, `http://${plowd.ready.http}`, { viewport: PHONE, ...AWAY });
	const { page } = watched;
	await page.goto(link);
	await fillIn(page, { name: "佐藤", password: PASSWORD, again: `${PASSWORD}よ` });
	await until("it says so", async () => /二つのパスワードが違います/.test(await page.locator("#trouble").innerText()));
	await atBothSizes(page, async (size) => {
		await assertSeen(page.locator("#trouble"));
		await assertSeen(page.locator("#submit"));
		await picture(page, `setup-${size}`);
		await assertAccessible(page);
	});
	await page.locator("#again").fill(PASSWORD);
	await page.locator("#submit").click();
	await arrives(page, "/dispatch.html");
	await page.goto(link);
	await fillIn(page, { name: "鈴木", password: PASSWORD, again: PASSWORD });
	await until("the link is used", async () => /もう使えません/.test(await page.locator("#trouble").innerText()));
});

test("an admin adds a user, gives another password, ends the sign-ins, removes", async (t) => {
	const { page } = await open(t, "/users.html", { user: town.user });
	const row = (name) => page.locator("#users li", { hasText: name });
	await row("管理者 甲").waitFor();
	await page.locator("#role").selectOption("contractor");
	await fillIn(page, { name: "業者 丙", contractor: "山形建設", password: PASSWORD });
	await row("業者 丙").waitFor();
	assert.match(await row("業者 丙").innerText(), /業者・山形建設[^]*サインインしていません/);
	await fillIn(page, { name: "業者 丙", password: PASSWORD });
	await until("the name is taken", async () => /もう使われています/.test(await page.locator("#trouble").innerText()));

	const signIn = (password) => fetch(`${town.origin}/api/v1/session`, {
		method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ name: "業者 丙", password }),
	});
	assert.equal((await signIn(PASSWORD)).status, 200);
	await page.reload();
	await row("業者 丙").getByText("サインイン 1 件").waitFor();
	await row("業者 丙").getByRole("button", { name: "サインアウトさせる", exact: false }).first().click();
	await row("業者 丙").getByRole("button", { name: "はい、サインアウトさせる" }).click();
	await row("業者 丙").getByText("サインインしていません").waitFor();
	await row("業者 丙").getByRole("button", { name: /パスワードを変える/ }).click();
	await row("業者 丙").locator("input").fill("別の合言葉 です");
	await atBothSizes(page, async (size) => {
		await assertSeen(row("業者 丙").locator("input"));
		await assertSeen(page.locator("#role"));
		await assertSeen(row("管理者 甲").getByRole("button", { name: /：削除/ }));
		await picture(page, `users-${size}`);
		await assertAccessible(page);
	});
	await page.keyboard.press("Enter");
	await until("the new one is good", async () => (await signIn("別の合言葉 です")).status === 200);
	assert.equal((await signIn(PASSWORD)).status, 401);
	await row("業者 丙").getByRole("button", { name: /削除/ }).click();
	await row("業者 丙").getByRole("button", { name: "はい、削除する" }).click();
	await row("業者 丙").waitFor({ state: "detached" });
	await row("管理者 甲").getByRole("button", { name: /：削除/ }).click();
	await row("管理者 甲").getByRole("button", { name: "はい、削除する" }).click();
	await row("管理者 甲").getByText("最後の管理者は削除できません").waitFor();
});

test("who types before a page's script has come stays in the field he is in", async (t) => {
	const { page } = await open(t, "/signin.html");
	await page.locator("#name").waitFor();
	let letCome = () => {};
	const gate = new Promise((done) => (letCome = () => done(null)));
	await page.route("**/js/signin.js", async (route) => {
		await gate;
		await route.continue();
	});
	await page.reload({ waitUntil: "commit" });
	await untilPage("the cursor waits in the first field", page, () => document.activeElement?.id === "name");
	await page.locator("#password").focus();
	letCome();
	await page.locator("#submit:enabled").waitFor();
	assert.equal(await page.evaluate(() => document.activeElement.id), "password", "what follows is no name");
});

test("one changes one's own password", async (t) => {
	const user = await place.signIn(town.plowd, { db, name: "指令 丁" });
	const { page } = await open(t, "/dispatch.html", { user });
	await page.locator("#who summary").click();
	await page.locator("#who a[href='/password.html']").click();
	await fillIn(page, { password: "違うパスワード", "new-password": "別の合言葉 です", again: "別の合言葉 です" });
	await assertSeen(page.locator("#trouble"), /いまのパスワードが違います/);
	await fillIn(page, { password: PASSWORD });
	await arrives(page, "/dispatch.html");
	await page.locator("#who summary").waitFor();
	assert.equal((await user.fetch("/api/v1/session")).status, 401, "the sign-in of before has ended");
});

/** The ways to other pages on a page's bar, in their order. @param {import("playwright-core").Page} page */
const ways = (page) => page.locator("#pages a").evaluateAll((links) => links.map((link) => ({ path: link.getAttribute("href"), here: link.getAttribute("aria-current") })));

test("every page for staff has the same ways to the others, the own one marked, each role its own", async (t) => {
	const STAFF = ["/dispatch.html", "/nights.html", "/masters.html", "/users.html"];
	const may = { admin: STAFF, auditor: STAFF, dispatcher: STAFF.slice(0, 3), contractor: STAFF.slice(0, 2) };
	for (const [role, paths] of Object.entries(may)) {
		const user = await place.signIn(town.plowd, { db, role, contractor: role === "contractor" ? "山形建設" : undefined });
		const { page } = await open(t, paths[0], { user });
		for (const path of [...paths.slice(1), paths[0]]) {
			await page.locator("#pages a").first().waitFor();
			await page.locator(`#pages a[href="${path}"]`).click();
			await until(`it arrives at ${path}`, () => new URL(page.url()).pathname === path);
			await page.locator("#pages [aria-current]").waitFor();
			assert.deepEqual(await ways(page), paths.map((each) => ({ path: each, here: each === path ? "page" : null })), `${role} on ${path}`);
		}
	}
});

test("an auditor sees the users without a button, anybody else is told that they are not for him", async (t) => {
	const auditor = await place.signIn(town.plowd, { db, role: "auditor" });
	const { page } = await open(t, "/users.html", { user: auditor });
	await page.locator("#users li").first().waitFor();
	assert.equal(await page.locator("#users button, #add form:visible").count(), 0);
	const dispatcher = await place.signIn(town.plowd, { db });
	const other = await open(t, "/users.html", { user: dispatcher });
	await until("it says so", async () => /管理者と監査だけ/.test(await other.page.locator("#list-trouble").innerText()));
});

for (const [name, options] of Object.entries({
	"phone": { viewport: PHONE }, "dark": { colorScheme: "dark" }, "English": { locale: "en-GB" }, "phone dark English": { viewport: PHONE, colorScheme: "dark", locale: "en-GB" },
})) {
	test(`the pages are accessible and fit: ${name}`, async (t) => {
		for (const path of ["/signin.html", "/setup.html#x", "/password.html", "/users.html"]) {
			const { page } = await open(t, path, { ...options, user: town.user });
			await page.locator(path === "/users.html" ? "#users li" : "#form").first().waitFor();
			assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true, "it scrolls sideways");
			await picture(page, `${path.slice(1).split(".")[0]} ${name}`.replace(/\W+/g, "-"));
			await assertAccessible(page);
		}
	});
}
