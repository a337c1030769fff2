#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// Opens the operation (出動) of a night that began a quarter of an hour ago, for the demo:
// operation.mjs http://HOST:PORT NAME PASSWORD
import { signIn } from "../support/programs.mjs";

const [origin, name, password] = process.argv.slice(2);
const user = await signIn(origin, { name, password });
const start = new Date(Date.now() - 900_000);
const target = new Date();
target.setUTCHours(22, 30, 0, 0); // 07:30 in Japan
if (target.getTime() < Date.now()) {
	target.setUTCDate(target.getUTCDate() + 1);
}
const answer = await user.fetch("/api/v1/operations", {
	method: "POST",
	headers: { "Content-Type": "application/json" },
	body: JSON.stringify({ name: "早朝除雪", reason: "夜間の降雪 15 cm", areas: [], start: start.toISOString(), target: target.toISOString() }),
});
if (answer.status !== 201) {
	throw new Error(`the operation cannot be opened: ${answer.status} ${await answer.text()}`);
}
