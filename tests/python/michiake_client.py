#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A stranger's client: docs/PROTOCOL.md put into Python, with nothing else of Michiake.

    michiake_client.py vectors docs/PROTOCOL.md      checks the vectors of the page
    michiake_client.py print-vectors                 makes them
    michiake_client.py send --server HOST:PORT --key-file FILE TRACK.csv
                                                     sends a CSV track until all of it is acknowledged
"""
import argparse
import base64
import csv
import ctypes
import json
import os
import re
import select
import socket
import struct
import sys
import time

sodium = ctypes.CDLL("libsodium.so.23")
if sodium.sodium_init() < 0:
    sys.exit("libsodium does not start")

ABSENT = None
DATAGRAM_MAX, OVERHEAD = 1200, 52
FIXES, ACK = 1, 2
OPTIONAL = [("alt_dm", 0x01), ("speed_cmps", 0x02), ("course_cdeg", 0x04), ("hdop_c", 0x08), ("satellites", 0x10)]
ORIGIN = dict(time_ms=0, lon_e7=0, lat_e7=0, alt_dm=ABSENT, speed_cmps=ABSENT, course_cdeg=ABSENT, hdop_c=ABSENT,
              satellites=ABSENT, quality=ABSENT, flags=0, blade=-1, work="U", work_source=5)


class Refused(Exception):
    """Bytes that no sender would have written."""


def check(holds, why):
    if not holds:
        raise Refused(why)


# ---- numbers ----

def varint(n):
    out = bytearray()
    while n >= 0x80:
        out.append(n & 0x7F | 0x80)
        n >>= 7
    out.append(n)
    return bytes(out)


def zigzag(n):
    return varint(2 * n if n >= 0 else -2 * n - 1)


class Reader:
    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, size):
        check(self.at + size <= len(self.data), "it ends too early")
        self.at += size
        return self.data[self.at - size:self.at]

    def fixed(self, size):
        return int.from_bytes(self.take(size), "big")

    def varint(self):
        value = 0
        for i in range(10):
            byte = self.fixed(1)
            check(i == 0 or byte != 0, "an overlong number")
            value |= (byte & 0x7F) << (7 * i)
            if byte < 0x80:
                check(value < 1 << 64, "a number of more than 64 bits")
                return value
        raise Refused("an overlong number")

    def zigzag(self):
        n = self.varint()
        return n >> 1 if n % 2 == 0 else -(n + 1 >> 1)

    def is_over(self):
        return self.at == len(self.data)


# ---- keys and seal ----

def parse_key(text):
    check(text.startswith("mk1.") and len(text) == 58, "no key")
    raw = base64.urlsafe_b64decode(text[4:] + "==")
    return raw[:8], raw[8:]


def format_key(key_id, secret):
    return "mk1." + base64.urlsafe_b64encode(key_id + secret).rstrip(b"=").decode()


def seal(key, kind, number, message, random=None):
    key_id, secret = key
    head = b"Mi" + bytes([1, kind]) + key_id
    nonce = struct.pack(">Q", number) + (random or os.urandom(16))
    out = ctypes.create_string_buffer(len(message) + 16)
    size = ctypes.c_ulonglong()
    sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(
        out, ctypes.byref(size), message, ctypes.c_ulonglong(len(message)), head, ctypes.c_ulonglong(len(head)),
        None, nonce, secret)
    return head + nonce + out.raw[:size.value]


def unseal(key, kind, datagram):
    key_id, secret = key
    check(OVERHEAD <= len(datagram) <= DATAGRAM_MAX, "too short or too long")
    check(datagram[:12] == b"Mi" + bytes([1, kind]) + key_id, "another magic, version, type or key")
    out = ctypes.create_string_buffer(max(1, len(datagram) - OVERHEAD))
    size = ctypes.c_ulonglong()
    result = sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(
        out, ctypes.byref(size), None, datagram[36:], ctypes.c_ulonglong(len(datagram) - 36), datagram[:12],
        ctypes.c_ulonglong(12), datagram[12:36], secret)
    check(result == 0, "forged")
    return struct.unpack(">Q", datagram[12:20])[0], out.raw[:size.value]


# ---- fixes ----

def quality_byte(fix):
    return (15 if fix["quality"] is ABSENT else fix["quality"]) << 4 | fix["flags"]


def work_bytes(fix):
    return bytes([ord(fix["work"]), fix["blade"] + 1 << 4 | fix["work_source"]])


def put_fix(before, fix):
    mask, rest = 0, b""
    if fix["time_ms"] != before["time_ms"] + 1000:
        mask |= 0x80
        rest += zigzag(fix["time_ms"] - before["time_ms"] - 1000)
    rest += zigzag(fix["lon_e7"] - before["lon_e7"]) + zigzag(fix["lat_e7"] - before["lat_e7"])
    for name, bit in OPTIONAL:
        if fix[name] == before[name]:
            continue
        mask |= bit
        if fix[name] is ABSENT:
            rest += b"\0"
        else:
            step = fix[name] - (before[name] or 0)
            rest += varint(1 + (2 * step if step >= 0 else -2 * step - 1))
    if quality_byte(fix) != quality_byte(before):
        mask |= 0x20
        rest += bytes([quality_byte(fix)])
    if work_bytes(fix) != work_bytes(before):
        mask |= 0x40
        rest += work_bytes(fix)
    return bytes([mask]) + rest


def get_fix(reader, before):
    mask, fix = reader.fixed(1), dict(before)
    fix["time_ms"] = before["time_ms"] + 1000 + (reader.zigzag() if mask & 0x80 else 0)
    fix["lon_e7"] += reader.zigzag()
    fix["lat_e7"] += reader.zigzag()
    for name, bit in OPTIONAL:
        if mask & bit:
            n = reader.varint()
            step = n - 1 >> 1 if n % 2 == 1 else -(n >> 1)
            fix[name] = ABSENT if n == 0 else (before[name] or 0) + step
    if mask & 0x20:
        byte = reader.fixed(1)
        fix["quality"], fix["flags"] = ABSENT if byte >> 4 == 15 else byte >> 4, byte & 15
    if mask & 0x40:
        code, byte = reader.take(2)
        fix["work"], fix["blade"], fix["work_source"] = chr(code), (byte >> 4) - 1, byte & 15
    return fix


def put_fixes(message):
    """Returns the bytes, and how many fixes fitted in."""
    oldest = message["oldest"]
    out = struct.pack(">Q", message["spool"]) + message["sent_ms"].to_bytes(6, "big")
    out += varint(oldest) + varint(message["newest"] - oldest)
    before, expected, run, taken = ORIGIN, oldest, b"", 0
    runs = []  # finished: head and body
    head, count = b"", 0
    for seq, fix in message["fixes"][:255]:
        piece = put_fix(before, fix)
        new_head = head
        if count == 0:
            new_head = varint(seq - expected)
        elif seq != expected:
            runs.append(head + bytes([count]) + run)
            new_head, run, count = varint(seq - expected - 1), b"", 0
        size = len(out) + sum(map(len, runs)) + len(new_head) + 1 + len(run) + len(piece)
        if size > DATAGRAM_MAX - OVERHEAD:
            break
        head, run, count = new_head, run + piece, count + 1
        before, expected, taken = fix, seq + 1, taken + 1
    if count:
        runs.append(head + bytes([count]) + run)
    return out + b"".join(runs), taken


def get_fixes(data):
    reader = Reader(data)
    message = dict(spool=reader.fixed(8), sent_ms=reader.fixed(6), oldest=reader.varint(), fixes=[])
    message["newest"] = message["oldest"] + reader.varint()
    before = ORIGIN
    while not message["fixes"] or not reader.is_over():
        gap, count = reader.varint(), reader.fixed(1)
        check(count > 0, "a run of none")
        seq = gap + (message["fixes"][-1][0] + 2 if message["fixes"] else message["oldest"])
        for seq in range(seq, seq + count):
            before = get_fix(reader, before)
            message["fixes"].append((seq, before))
    check(put_fixes(message) == (data, len(message["fixes"])), "not the one encoding")
    return message


# ---- acknowledgements ----

def put_ack(ack):
    out = struct.pack(">QQQB", ack["spool"], ack["answers"], ack["cumulative"], len(ack["ranges"]))
    end = ack["cumulative"]
    for first, last in ack["ranges"]:
        out += varint(first - end - 2) + varint(last - first)
        end = last
    return out


def get_ack(data):
    reader = Reader(data)
    ack = dict(spool=reader.fixed(8), answers=reader.fixed(8), cumulative=reader.fixed(8), ranges=[])
    count, end = reader.fixed(1), ack["cumulative"]
    for _ in range(count):
        first = end + 2 + reader.varint()
        end = first + reader.varint()
        ack["ranges"].append((first, end))
    check(reader.is_over(), "bytes left over")
    return ack


# ---- vectors ----

def vectors():
    key = bytes(range(8)), bytes(range(0x20, 0x40))
    first = dict(ORIGIN, time_ms=1800041405000, lon_e7=1404058000, lat_e7=386006000, alt_dm=924, speed_cmps=417,
                 course_cdeg=27140, hdop_c=80, satellites=14, quality=2, flags=1, blade=1, work="N", work_source=1)
    second = dict(first, time_ms=1800041406000, lon_e7=1404057522, lat_e7=386006009, speed_cmps=420)
    third = dict(second, time_ms=1800041409250, lon_e7=1404056000, lat_e7=386006031, alt_dm=ABSENT,
                 course_cdeg=ABSENT, quality=6, flags=3, blade=-1, work="U", work_source=5)
    fixes = dict(spool=0x0123456789ABCDEF, sent_ms=1800041409500, oldest=41, newest=46,
                 fixes=[(41, first), (42, second), (45, third)])
    ack = dict(spool=fixes["spool"], answers=1843242407936001, cumulative=42, ranges=[(45, 45), (47, 300)])
    message, _ = put_fixes(fixes)
    answer = put_ack(ack)
    random = bytes(range(0xF0, 0x100))
    return [
        ("key id", key[0].hex()), ("secret", key[1].hex()), ("key text", format_key(*key)),
        ("fixes message", message.hex()),
        ("fixes number", str(ack["answers"])), ("random bytes", random.hex()),
        ("fixes datagram", seal(key, FIXES, ack["answers"], message, random).hex()),
        ("acknowledgement message", answer.hex()), ("acknowledgement number", "7"),
        ("acknowledgement datagram", seal(key, ACK, 7, answer, random).hex()),
    ], key, fixes, ack


def check_vectors(path):
    page = open(path, encoding="utf-8").read()
    page = page[page.index("## Test vectors"):]
    found = {name: re.sub(r"\s", "", value)
             for name, value in re.findall(r"^([a-z ]+):\n((?: {4}.*\n)+)", page, re.MULTILINE)}
    rows, key, fixes, ack = vectors()
    for name, value in rows:
        if found.get(name) != value:
            sys.exit(f"{path}: the vector `{name}` is {found.get(name)}, should be {value}")
    number, message = unseal(key, FIXES, bytes.fromhex(found["fixes datagram"]))
    assert number == ack["answers"] and get_fixes(message) == fixes
    _, message = unseal(key, ACK, bytes.fromhex(found["acknowledgement datagram"]))
    assert get_ack(message) == ack and parse_key(found["key text"]) == key
    print(f"{len(rows)} vectors hold")


def print_vectors():
    for name, value in vectors()[0]:
        print(f"{name}:")
        if not name.endswith("number") and re.fullmatch(r"[0-9a-f]{16,}", value):
            value = " ".join(value[i:i + 8] for i in range(0, len(value), 8))
        words = value.split(" ")
        for i in range(0, len(words), 10):
            print("    " + " ".join(words[i:i + 10]))
        print()


# ---- sending ----

def read_track(path):
    def scaled(text, by):
        return round(float(text) * by) if text else ABSENT
    fixes = []
    with open(path, encoding="utf-8") as file:
        for row in csv.DictReader(file):
            fixes.append(dict(ORIGIN, time_ms=round(float(row["unix_time"]) * 1000), lon_e7=scaled(row["lon"], 1e7),
                              lat_e7=scaled(row["lat"], 1e7), speed_cmps=scaled(row.get("speed_mps"), 100),
                              course_cdeg=scaled(row.get("heading_deg"), 100), hdop_c=scaled(row.get("hdop"), 100),
                              flags=1))
    return dict(enumerate(fixes, 1))


def send(server, key_file, track):
    key = parse_key(json.load(open(key_file, encoding="utf-8"))["key"])
    left, newest = read_track(track), 0
    newest = max(left)
    spool, number = int.from_bytes(os.urandom(8), "big") >> 1, int(time.time() * 1000) * 1024
    host, port = server.rsplit(":", 1)
    link = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    numbers = set()
    while left:
        at = 0
        waiting = sorted(left.items())
        for _ in range(16):  # a window of datagrams, then a second of listening
            message, taken = put_fixes(dict(spool=spool, sent_ms=int(time.time() * 1000), oldest=waiting[0][0],
                                            newest=newest, fixes=waiting[at:]))
            number += 1
            numbers.add(number)
            link.sendto(seal(key, FIXES, number, message), (host, int(port)))
            at += taken
            if at == len(waiting):
                break
        sent = [seq for seq, _ in waiting[:at]]
        end = time.time() + 1
        while any(seq in left for seq in sent) and select.select([link], [], [], max(0, end - time.time()))[0]:
            try:
                ack = get_ack(unseal(key, ACK, link.recv(65536))[1])
            except Refused:
                continue
            if ack["spool"] != spool or ack["answers"] not in numbers:
                continue
            for first, last in [(1, ack["cumulative"])] + ack["ranges"]:
                for seq in range(first, min(last, newest) + 1):
                    left.pop(seq, None)
    print(f"{newest} fixes acknowledged")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("vectors").add_argument("page")
    commands.add_parser("print-vectors")
    sending = commands.add_parser("send")
    sending.add_argument("--server", required=True)
    sending.add_argument("--key-file", required=True)
    sending.add_argument("track")
    options = parser.parse_args()
    if options.command == "vectors":
        check_vectors(options.page)
    elif options.command == "print-vectors":
        print_vectors()
    else:
        send(options.server, options.key_file, options.track)


if __name__ == "__main__":
    main()
