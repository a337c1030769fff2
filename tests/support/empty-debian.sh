#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The promise "on an empty Debian 12", kept: makes one that has git, make and ca-certificates only,
# clones what is committed here into it, lays the data beside it and runs make there, as root:
#   tests/support/empty-debian.sh [TARGET ...]          (test)
# WHERE (/var/tmp/michiake-empty) is made anew unless KEEP=1; it needs 4 GB.
set -eu
cd "$(dirname "$0")/../.."
where=${WHERE:-/var/tmp/michiake-empty}
[ "$(id -u)" = 0 ] || { echo "empty-debian.sh: run it as root: debootstrap and chroot want that" >&2; exit 77; }

[ "${KEEP:-}" = 1 ] || rm -rf --one-file-system "$where"
[ -e "$where/etc/debian_version" ] ||
	debootstrap --variant=minbase --include=git,make,ca-certificates bookworm "$where"
rm -rf "$where/srv/town"
mkdir -p "$where/srv/town"
git clone -q . "$where/srv/town/michiake"
shared=$(dirname "${PLOW_DATA:-../shared/data}")
for folder in data accept; do
	[ ! -d "$shared/$folder" ] || { mkdir -p "$where/srv/town/shared"; cp -R "$shared/$folder" "$where/srv/town/shared/"; }
done

# Where this machine reaches the package registry through a proxy that it trusts, so does that one.
[ -z "${NODE_EXTRA_CA_CERTS:-}" ] || cp -L "$NODE_EXTRA_CA_CERTS" "$where/etc/ssl/certs/extra.pem"

# Processes and mounts of its own: whatever happens inside is gone when it ends.
export where targets="${*:-test}"
exec unshare --mount --pid --fork sh -c '
	mount -t proc proc "$where/proc"
	mount --rbind /dev "$where/dev"
	exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root ${CI:+CI="$CI"} \
		${NODE_EXTRA_CA_CERTS:+NODE_EXTRA_CA_CERTS=/etc/ssl/certs/extra.pem} \
		chroot "$where" make -C /srv/town/michiake $targets'
