#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Seals and opens datagrams for the tests, by docs/PROTOCOL.md alone: JSON lines in, JSON lines out.

    {"do": "seal", "key", "number", "spool", "oldest", "newest", "fixes": [[seq, {...}]]}   a datagram of fixes
    {"do": "wrap", "key", "number", "kind", "message": HEX}                                 any message, sealed
    {"do": "open", "key", "datagram": HEX}                                                  an acknowledgement

Numbers of up to 64 bits travel as strings, since JavaScript cannot hold them; bytes as hexadecimal.
"""
import json
import sys

import michiake_client as michiake


def seal(ask):
    fixes = [(int(seq), {**michiake.ORIGIN, "flags": 1, **fix}) for seq, fix in ask["fixes"]]
    message, taken = michiake.put_fixes(dict(spool=int(ask["spool"]), sent_ms=ask["sent_ms"], oldest=int(ask["oldest"]),
                                             newest=int(ask["newest"]), fixes=fixes))
    datagram = michiake.seal(michiake.parse_key(ask["key"]), michiake.FIXES, int(ask["number"]), message)
    return {"datagram": datagram.hex(), "message": message.hex(), "taken": taken}


def wrap(ask):
    return {"datagram": michiake.seal(michiake.parse_key(ask["key"]), ask["kind"], int(ask["number"]),
                                      bytes.fromhex(ask["message"])).hex()}


def unwrap(ask):
    try:
        _, message = michiake.unseal(michiake.parse_key(ask["key"]), michiake.ACK, bytes.fromhex(ask["datagram"]))
        ack = michiake.get_ack(message)
    except michiake.Refused as why:
        return {"refused": str(why)}
    return {"spool": str(ack["spool"]), "answers": str(ack["answers"]), "cumulative": str(ack["cumulative"]),
            "ranges": [[str(first), str(last)] for first, last in ack["ranges"]]}


def main():
    deeds = {"seal": seal, "wrap": wrap, "open": unwrap}
    for line in sys.stdin:
        ask = json.loads(line)
        print(json.dumps(deeds[ask["do"]](ask)), flush=True)


if __name__ == "__main__":
    main()
