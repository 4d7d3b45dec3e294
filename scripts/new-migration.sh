#!/bin/sh
# Usage: scripts/new-migration.sh NAME
# Makes the next migration, migrations/NNNN_NAME.sql, and embeds it in the program.
set -eu
CDPATH='' cd -- "$(dirname -- "$0")/.."

name=${1:-}
case $name in
  '' | *[!a-z0-9_]*)
    echo "Usage: scripts/new-migration.sh NAME, with a name of small letters, digits and '_'." >&2
    exit 2
    ;;
esac

mkdir -p migrations
last=$(find migrations -name '[0-9][0-9][0-9][0-9]_*.sql' | sort | tail -n 1)
last=${last#migrations/}
number=${last%%_*}
# Without its leading zeros, which the shell would read as octal.
number=$(printf '%s' "${number:-0}" | sed 's/^0*//')
file=migrations/$(printf '%04d' $((${number:-0} + 1)))_$name.sql

list=Sources/Embedded/embedded.c
edited=$(mktemp)
trap 'rm -f "$edited"' EXIT
awk -v file="../../$file" '
  /^static const embedded_file migrations\[\]/ { inside = 1 }
  inside && /^  \{0\},/ {
    printf "#define FILE \"%s\"\n#include \"entry.h\"\n", file
    inside = 0
    added = 1
  }
  { print }
  END { exit !added }
' "$list" >"$edited" || { echo "'$list' has no list of migrations that ends with '{0},'." >&2; exit 1; }

printf -- '-- %s\n' "What this changes, and why." >"$file"
cat "$edited" >"$list"
echo "Made '$file' and embedded it. Once it is committed, it is never edited again."
