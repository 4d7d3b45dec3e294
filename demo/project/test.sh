# Builds and runs the tests: sh test.sh. The last line says how many passed and how many failed.
# Each test program is built by itself, so that a missing function fails its own tests only.
set -u
cd "$(dirname "$0")" || exit 2

if command -v clang >/dev/null 2>&1; then compiler=clang; else compiler=cc; fi
build=$(mktemp -d) || exit 2
trap 'rm -rf "$build"' EXIT
passed=0
failed=0

# compile OUTPUT SOURCE…: prints what the compiler said when it failed.
compile() {
  output=$1
  shift
  for source; do
    if [ ! -e "$source" ]; then
      echo "$source does not exist"
      return 1
    fi
  done
  "$compiler" -std=c11 -Wall -Wextra -Werror -O1 -o "$output" "$@" >"$build/log" 2>&1 && return 0
  head -n 40 "$build/log"
  return 1
}

# run NAME SOURCE…: builds tests/NAME_test.c with its sources and adds up what it reports.
run() {
  name=$1
  shift
  total=$(grep -c '^TEST(' "tests/${name}_test.c")
  echo "== $name"
  if ! compile "$build/$name" "tests/${name}_test.c" "$@"; then
    echo "FAIL $name: not built, $total tests not run"
    failed=$((failed + total))
    return
  fi
  "$build/$name" >"$build/$name.out" 2>&1
  status=$?
  grep -v '^#result ' "$build/$name.out"
  if result=$(grep '^#result ' "$build/$name.out"); then
    # shellcheck disable=SC2086 # two numbers
    set -- ${result#\#result }
    passed=$((passed + $1))
    failed=$((failed + $2))
  else
    echo "FAIL $name: ended with status $status before its last test"
    failed=$((failed + total))
  fi
}

# expect NAME STATUS OUTPUT COMMAND…: one test of the program as a whole.
expect() {
  name=$1 wanted_status=$2 wanted=$3
  shift 3
  actual=$("$@" 2>&1 </dev/null)
  status=$?
  if [ "$status" = "$wanted_status" ] && [ "$actual" = "$wanted" ]; then
    echo "ok   $name"
    passed=$((passed + 1))
  else
    printf 'FAIL %s (status %s, expected %s)\n--- expected\n%s\n--- actual\n%s\n' \
      "$name" "$status" "$wanted_status" "$wanted" "$actual"
    failed=$((failed + 1))
  fi
}

run words words.c
run stats stats.c words.c
run top top.c words.c

echo "== program"
if compile "$build/tally" main.c words.c stats.c top.c; then
  expect prints_the_report 0 "lines 4, words 13, bytes 69, longest 5
    4  the
    2  cat
    1  dog
    1  don't
    1  mouse" "$build/tally" tests/sample.txt
  expect reads_standard_input 0 "lines 0, words 0, bytes 0, longest 0" "$build/tally"
  expect names_a_file_that_is_not_there 1 "tally: cannot read 'missing.txt'" "$build/tally" missing.txt
else
  echo "FAIL program: not built, 3 tests not run"
  failed=$((failed + 3))
fi

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
