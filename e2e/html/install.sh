#!/bin/sh
# Installs Chromium from Debian's packages where there is none.
set -eu
if command -v chromium >/dev/null; then
	exit 0
fi
if [ "$(id -u)" -ne 0 ]; then
	echo "there is no chromium, and only root can install it: apt-get install chromium" >&2
	exit 1
fi
apt-get update -qq
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core >/dev/null
command -v chromium >/dev/null
