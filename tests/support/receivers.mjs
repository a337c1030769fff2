// SPDX-License-Identifier: Apache-2.0
/* Receivers that are not there: NMEA over UDP, a gpsd, and a serial port made of a pseudo-terminal. */
import dgram from "node:dgram";
import { once } from "node:events";
import { readdirSync, readlinkSync } from "node:fs";
import net from "node:net";

import { until } from "./programs.mjs";

/** Sends each sentence as a datagram to a port that nobody has. */
export async function sendNmea(t) {
	const probe = dgram.createSocket("udp4");
	probe.bind(0, "127.0.0.1");
	await once(probe, "listening");
	const { port } = probe.address();
	probe.close();
	const socket = dgram.createSocket("udp4");
	t.after(() => socket.close());
	return {
		address: `127.0.0.1:${port}`,
		async send(lines) {
			for (const line of lines) {
				await new Promise((done) => socket.send(line, port, "127.0.0.1", done));
			}
		},
	};
}

/** A gpsd with one client at a time, who gets sentences once it has asked for NMEA. */
export async function fakeGpsd(t) {
	let client = null;
	const server = net.createServer((socket) => {
		socket.on("error", () => {});
		socket.write('{"class":"VERSION","release":"3.22","rev":"3.22","proto_major":3,"proto_minor":14}\r\n');
		socket.on("data", (bytes) => {
			if (/^\?WATCH=\{.*"nmea":true.*\};/.test(bytes.toString())) {
				socket.write('{"class":"DEVICES","devices":[]}\r\n');
				client = socket;
			}
		});
		socket.on("close", () => (client = client === socket ? null : client));
	});
	server.listen(0, "127.0.0.1");
	await once(server, "listening");
	t.after(() => {
		client?.destroy();
		server.close();
	});
	return {
		address: `127.0.0.1:${server.address().port}`,
		async send(lines) {
			await until("somebody watches", () => client);
			client.write(lines.join(""));
		},
		hangUp() {
			client.destroy();
			client = null;
		},
	};
}

/*
 * argv: a name for the port, and the speed at which the receiver speaks, or 0 for any.  At another one a
 * reader gets what a wrong speed makes of it: bytes, but no sentences.
 */
const PTY = `
import os, pty, select, sys, termios, tty
master, slave = pty.openpty()
tty.setraw(slave)
if os.path.islink(sys.argv[1]):
    os.unlink(sys.argv[1])
os.symlink(os.ttyname(slave), sys.argv[1])
speed = getattr(termios, "B" + sys.argv[2]) if sys.argv[2] != "0" else None
print(os.ttyname(slave), flush=True)
while True:
    ready, _, _ = select.select([sys.stdin.fileno()], [], [])
    data = os.read(sys.stdin.fileno(), 4096)
    if not data:
        break
    if speed is not None and termios.tcgetattr(slave)[5] != speed:
        data = bytes(b * 7 % 256 for b in data)
    os.write(master, data)
`;

/** A serial port to which send() writes.  Unplugged when the workplace closes. */
export async function serialPort(place, { name = "ttyUSB0", speed = 0 } = {}) {
	const path = place.path(name);
	const program = place.start("/usr/bin/python3", ["-c", PTY, path, String(speed)], { input: null });
	await until("the port is there", () => program.stdout().includes("\n"), { every_ms: 10 });
	const device = program.stdout().trim();
	return {
		path,
		isReadBy: (reader) => readdirSync(`/proc/${reader.pid}/fd`).some((fd) => {
			try {
				return readlinkSync(`/proc/${reader.pid}/fd/${fd}`) === device;
			} catch {
				return false;
			}
		}),
		send: (lines) => program.child.stdin.write(lines.join("")),
		unplug: () => program.stop("SIGKILL"),
	};
}
