#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// Begins the demo's night: the operation (出動) that a dispatcher opened a quarter of an hour ago, and the
// driver's own 出動 in the cab:
// begin.mjs http://PLOWD NAME PASSWORD http://CAB
import { signIn } from "../support/programs.mjs";

const [origin, name, password, cab] = process.argv.slice(2);
const user = await signIn(origin, { name, password });
const start = new Date(Date.now() - 900_000);
const target = new Date();
target.setUTCHours(22, 30, 0, 0); // 07:30 in Japan
if (target.getTime() < Date.now()) {
	target.setUTCDate(target.getUTCDate() + 1);
}
const json = (body) => ({ method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
const operation = { name: "早朝除雪", reason: "夜間の降雪 15 cm", areas: [], start: start.toISOString(), target: target.toISOString() };
const opened = await user.fetch("/api/v1/operations", json(operation));
if (opened.status !== 201) {
	throw new Error(`the operation cannot be opened: ${opened.status} ${await opened.text()}`);
}
const out = await fetch(`${cab}/api/v1/shift`, json({ action: "start", work: "N" }));
if (out.status !== 200) {
	throw new Error(`the shift cannot begin: ${out.status} ${await out.text()}`);
}
