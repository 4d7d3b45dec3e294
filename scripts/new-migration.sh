#!/bin/sh
# Usage: scripts/new-migration.sh NAME
# Makes the next migration, migrations/NNNN_NAME.sql, embeds it in the program, and settles the one before it.
set -eu
CDPATH='' cd -- "$(dirname -- "$0")/.."

name=${1:-}
case $name in
  '' | *[!a-z0-9_]*)
    echo "Usage: scripts/new-migration.sh NAME, with a name of small letters, digits and '_'." >&2
    exit 2
    ;;
esac

edited=$(mktemp)
trap 'rm -f "$edited"' EXIT

# insert FILE LINES START END: puts LINES before the first line END after the line that begins with START.
insert() {
  awk -v lines="$2" -v start="$3" -v end="$4" '
    index($0, start) == 1 { inside = 1 }
    inside && $0 == end { print lines; inside = 0; added = 1 }
    { print }
    END { exit !added }
  ' "$1" >"$edited" || {
    echo "'$1' has no list that begins with '$3' and ends with '$4'." >&2
    exit 1
  }
  cat "$edited" >"$1"
}

mkdir -p migrations
last=$(find migrations -name '[0-9][0-9][0-9][0-9]_*.sql' | sort | tail -n 1)
last=${last#migrations/}
number=${last%%_*}
# Without its leading zeros, which the shell would read as octal.
number=$(printf '%s' "${number:-0}" | sed 's/^0*//')
file=$(printf '%04d' $((${number:-0} + 1)))_$name.sql

tests=Tests/ArchitectureTests/MigrationTests.swift
if [ -n "$last" ] && ! grep -qF "\"$last\"" "$tests"; then
  insert "$tests" "    (\"$last\", \"$(git hash-object "migrations/$last")\")," '  static let settled' '  ]'
fi
insert Sources/Embedded/embedded.c "#define FILE \"../../migrations/$file\"
#include \"entry.h\"" 'static const embedded_file migrations[]' '  {0},'
printf -- '-- %s\n' "What this changes, and why." >"migrations/$file"
echo "Made 'migrations/$file' and embedded it."
if [ -n "$last" ]; then echo "'$last' is settled: it is never edited again."; fi
