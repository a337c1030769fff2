#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What `make install` and `make uninstall` do: deploy/install.sh install|uninstall PROGRAM ...
# The folders come from make: BINDIR DATADIR UNITDIR below DESTDIR.
set -eu
deploy=$(dirname "$0")
what=$1
shift
bin=$DESTDIR$BINDIR
share=$DESTDIR$DATADIR
units=$DESTDIR$UNITDIR
completions=$share/bash-completion/completions
examples=$share/doc/michiake/examples

if [ "$what" = uninstall ]; then
	for program in "$@" plow-provision; do
		rm -f "$bin/${program##*/}" "$completions/${program##*/}"
	done
	for page in "$deploy"/man/*; do
		section=${page##*.}
		rm -f "$share/man/man$section/${page##*/}"
	done
	for unit in "$deploy"/*.service; do
		rm -f "$units/${unit##*/}"
	done
	rm -rf "$share/michiake" "$share/doc/michiake"
	exit 0
fi

put() { # put MODE FOLDER FILE...
	mode=$1 folder=$2
	shift 2
	${INSTALL:-install} -d "$folder"
	${INSTALL:-install} -m "$mode" "$@" "$folder"
}

put 755 "$bin" "$@" "$deploy/plow-provision"
for page in "$deploy"/man/*; do
	put 644 "$share/man/man${page##*.}" "$page"
done
put 644 "$examples" "$deploy"/*.conf
put 644 "$completions" "$deploy/completion/plowctl"
for program in plowd plow-public plow-import plow-tracker plow-sim; do
	ln -sf plowctl "$completions/$program"
done
${INSTALL:-install} -d "$units"
for unit in "$deploy"/*.service; do
	sed "s|@BINDIR@|$BINDIR|g; s|@DATADIR@|$DATADIR|g" "$unit" > "$units/${unit##*/}"
done
rm -rf "$share/michiake/web"
${INSTALL:-install} -d "$share/michiake"
cp -R "$BUILD/web" "$share/michiake/web"
rm -f "$share/michiake/web/.made"
