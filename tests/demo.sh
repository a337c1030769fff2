#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A snow town that works: server, residents' site, a simulated fleet in the middle of its night, and one
# cab with its driver's page.  `make demo` runs it; Ctrl-C ends all of it and leaves nothing behind.
#
# BUILD (build): where the programs are.  VEHICLES (24), SEED (1), SECONDS_LONG (43200).
# DISPATCH_PORT, PUBLIC_PORT, DRIVER_PORT (8080, 8081, 8082; another one where that is taken; 0: any).
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
bin=$(cd "${BUILD:-$here/build}" && pwd)
town=$(mktemp -d "${TMPDIR:-/tmp}/michiake-demo.XXXXXX")
children=

clean_up() {
	trap '' INT TERM HUP
	for pid in $children; do kill "$pid" 2>/dev/null || true; done
	for pid in $children; do wait "$pid" 2>/dev/null || true; done
	rm -rf "$town"
}
trap clean_up EXIT
trap 'echo; exit 0' INT TERM HUP

# start NAME PROGRAM ARGUMENTS...: in the background, what it says goes to NAME.log; sets $pid.
start() {
	log=$town/$1.log
	shift
	: >"$log"
	"$@" </dev/null >"$log" 2>&1 &
	pid=$!
	children="$pid $children"
}

give_up() {
	echo "$1 did not start:" >&2
	tail -n 20 "$town/$1.log" >&2
	exit 70
}

# serve NAME PROGRAM ARGUMENTS...: starts it and waits until it serves; status 1 when it ended instead.
serve() {
	name=$1
	start "$@"
	until grep -q '^ready ' "$town/$name.log"; do
		kill -0 "$pid" 2>/dev/null || return 1
		sleep 0.1
	done
}

# address NAME KIND: where it serves.
address() {
	sed -n "s/^ready .*\"$2\":\"\([^\"]*\)\".*/\1/p" "$town/$1.log"
}

db=$town/town.db
node "$here/tests/town/town.mjs" --out "$town" --seed "${SEED:-1}"
"$bin/plowctl" init --db "$db" --name 雪見沢市
for kind in roads areas depots water; do
	"$bin/plow-import" "$town/$kind.geojson" --db "$db" --as $kind >"$town/import.log" 2>&1 || give_up import
done
mkdir "$town/public"

serve_plowd() { serve plowd "$bin/plowd" --db "$db" --udp 127.0.0.1:0 --http "127.0.0.1:$1" --public-dir "$town/public"; }
serve_public() { serve public "$bin/plow-public" --dir "$town/public" --http "127.0.0.1:$1"; }
serve_cab() {
	serve cab "$bin/plow-tracker" --server "$(address plowd udp)" --key-file "$town/cab.key" --spool "$town/cab.spool" \
		--source "file:$town/cab.csv" --work-state N --http "127.0.0.1:$1" --web-dir "$bin/web" \
		--map-url "http://$(address public http)/data/"
}

serve_plowd "${DISPATCH_PORT:-8080}" || serve_plowd 0 || give_up plowd
serve_public "${PUBLIC_PORT:-8081}" || serve_public 0 || give_up public

# The night began a quarter of an hour ago, so that there is something to see.
start sim "$bin/plow-sim" --db "$db" --server "$(address plowd udp)" --vehicles "${VEHICLES:-24}" --hz 1 \
	--seconds "${SECONDS_LONG:-43200}" --seed "${SEED:-1}" --truth "$town/truth.csv" --head-start 900 --at-work --fades 0.3
sim=$pid

(umask 077 && "$bin/plowctl" vehicle add --db "$db" --code CAB-1 --name 運転席 --class dozer >"$town/cab.key")
node "$here/tests/town/drive.mjs" --roads "$town/roads.geojson" --out "$town/cab.csv"
serve_cab "${DRIVER_PORT:-8082}" || serve_cab 0 || give_up cab
kill -0 "$sim" 2>/dev/null || give_up sim

# A password of its own for every demo: nobody has to be told one, and none is the same twice.
password=$(od -An -N6 -tx1 /dev/urandom | tr -d ' \n')
printf '%s\n' "$password" | "$bin/plowctl" user add --db "$db" --name shirei --role admin

# The operation the plows are out for, as a dispatcher opens it, and the shift as the driver begins it.
node "$here/tests/town/begin.mjs" "http://$(address plowd http)" shirei "$password" "http://$(address cab http)" || give_up plowd

cat <<END

  雪見沢市: ${VEHICLES:-24} plows are at work.

  除雪指令 dispatcher  http://$(address plowd http)/dispatch
                          名前 name: shirei   パスワード password: $password
  記録・再生 nights       http://$(address plowd http)/nights
  市民    residents   http://$(address public http)/
  運転席  driver      http://$(address cab http)/

  Ctrl-C ends all of it.
END
wait "$sim" || give_up sim
