import Testing

@testable import Pipeline

@Suite struct TestCountTests {
  private static let counts: [(CheckDefinition.Convention, String, Int?)] = [
    (.pytest, "..F\n1 failed, 2 passed, 1 skipped in 0.02s", 3),
    (.pytest, "==== 16 passed in 0.03s ====", 16),
    (.pytest, "no tests ran in 0.01s", 0),
    (.pytest, "2 skipped in 0.01s", 0),
    (.pytest, "ERROR x.py\n1 error in 0.10s", nil),
    (.unittest, "Ran 3 tests in 0.000s\n\nOK", 3),
    (.unittest, "Ran 1 test in 0.000s\n\nFAILED (failures=1)", 1),
    (.unittest, "Ran 0 tests in 0.000s\n\nOK", 0),
    (.unittest, "Ran 2 tests in 0.000s\n\nOK (skipped=2)", 0),
    (.unittest, "SyntaxError", nil),
    (.swift, "\t Executed 2 tests, with 0 failures (0 unexpected) in 0.0 (0.0) seconds", 2),
    (.swift, "\t Executed 3 tests, with 1 test skipped and 0 failures (0 unexpected) in 0.0", 2),
    (.swift, "\t Executed 0 tests, with 0\n✔ Test run with 8 tests in 2 suites passed after 0.017 seconds.", 8),
    (.swift, "error: no tests found; create a target in the 'Tests' directory", 0),
    (.swift, "➜ Test t() skipped.\n➜ Test u() skipped: \"why\"\n✔ Test run with 3 tests in 0 suites passed", 1),
    (.swift, "➜ Suite S skipped.\n➜ Test \"a name\" skipped.\n✔ Test run with 1 test in 0 suites passed", 0),
    (.swift, "error: fatalError", nil),
    (.cargo, "running 1 test\ntest result: ok. 1 passed; 0 failed; 2 ignored\ntest result: ok. 0 passed; 0 failed;", 1),
    (.cargo, "error: could not compile `x`", nil),
    (.go, "=== RUN TestA\n--- PASS: TestA (0.00s)\n    --- PASS: TestA/sub (0.00s)\n--- FAIL: TestB (0.00s)\nFAIL", 2),
    (.go, "?   \texample.com/x\t[no test files]", 0),
    (.go, "--- SKIP: TestA (0.00s)\nok", 0),
    (.go, "half a line--- PASS: TestA (0.00s)\nPASS", 1),
    (.ctest, "100% tests passed, 0 tests failed out of 5", 5),
    (.ctest, "1/2 Test #1: a ......***Skipped   0.00 sec\n\n100% tests passed, 0 tests failed out of 2", 1),
    (.ctest, "1/2 Test #1: a ......***Skipped   0.00 sec\n\n50% tests passed, 1 tests failed out of 2", 1),
    (.ctest, "No tests were found!!!", 0),
    (.npm, "TAP version 13\nok 1 - a\n1..3\n# tests 3\n# suites 0\n# pass 2\n# fail 0\n# skipped 1", 2),
    (.npm, "ℹ tests 3\nℹ pass 2\nℹ fail 1", 3),
    (.npm, "Tests:       1 failed, 2 passed, 3 total\nTest Suites: 1 passed, 1 total", 3),
    (.npm, " Test Files  1 passed (1)\n      Tests  4 passed (4)", 4),
    (.npm, "  5 passing (3ms)\n  1 failing", 6),
    (.npm, "ok 1 - a\nok 2 # SKIP\nnot ok 3\n1..3", 2),
    (.npm, "all good", nil),
    (.npm, "No tests found, exiting with code 0", 0),
    (.npm, " RUN  v1.6.0 /x\n\nNo test files found, exiting with code 0", 0),
    (.npm, " Test Files  1 skipped (1)\n      Tests  1 skipped (1)", 0),
    (.npm, " Test Files  1 passed (1)\n      Tests  1 passed | 2 skipped (3)", 1),
    (.npm, "Tests:       1 skipped, 1 total", 0),
    (.npm, "\n  0 passing (1ms)\n  1 pending", 0),
    (.npm, "# tests 0\n# suites 0\n# pass 0\n# fail 0", 0),
    (.npm, "No tests found, exiting with code 0\nTests:       2 passed, 2 total", 2),
    (.npm, "Tests  of the tool are elsewhere", nil),
    (.make, "python3 -m unittest\nRan 0 tests in 0.000s\n\nOK", 0),
    (.make, "Ran 2 tests in 0.000s\n\nOK\n3 passed in 0.01s", 5),
    (.script, "ok   prints\n12 passed, 3 failed", 15),
    (.script, "fine", nil),
    (.make, "jest\nNo tests found, exiting with code 0", 0),
    (.configured, "a.py::test_a\n\n2 tests collected in 0.58s", 0),
  ]

  @Test(arguments: counts)
  func readsWhatEachToolWrites(convention: CheckDefinition.Convention, output: String, expected: Int?) {
    #expect(TestCount.read(Array(output.utf8), convention: convention) == expected)
  }

  private static let verdicts: [(CheckDefinition.Convention, Int, String, CheckResult.Status)] = [
    (.pytest, 5, "no tests ran in 0.01s", .absent),
    (.pytest, 0, "3 passed in 0.01s", .passed),
    (.pytest, 0, "3 skipped in 0.01s", .absent),
    (.pytest, 2, "1 error in 0.01s", .failed),
    (.unittest, 0, "Ran 0 tests in 0.000s\n\nOK", .absent),
    (.unittest, 5, "Ran 0 tests in 0.000s\n\nNO TESTS RAN", .absent),
    (.unittest, 1, "Ran 1 test in 0.000s\n\nFAILED (errors=1)", .failed),
    (.unittest, 1, "ModuleNotFoundError: No module named 'pytest'\nRan 1 test in 0.0s\n\nFAILED (errors=1)", .absent),
    (.swift, 1, "error: no tests found; create a target in the 'Tests' directory", .absent),
    (.swift, 1, "error: emit-module command failed", .failed),
    (.npm, 127, "sh: 1: jest: not found", .absent),
    (.npm, 0, "whatever", .passed),
    (.make, 0, "make: Nothing to be done for 'test'.", .absent),
    (.make, 0, "cc -o t t.c\n./t", .passed),
    (.make, 2, "make: *** [Makefile:2: test] Error 1", .failed),
    (.go, 0, "?   \texample.com/x\t[no test files]", .absent),
    (.cargo, 0, "test result: ok. 0 passed; 0 failed; 0 ignored", .absent),
    (.script, 0, "", .passed),
    (.configured, 0, "", .passed),
    (.pytest, 0, "", .absent),
    (.pytest, 0, "====== 2 tests collected in 0.58s ======", .absent),
    (.unittest, 0, "", .absent),
    (.swift, 0, "Build complete! (9.60s)", .absent),
    (.cargo, 0, "    Finished test profile\n     Running tests/t.rs", .absent),
    (.go, 0, "=== RUN   TestA\nok  \tx\t0.002s", .absent),
    (.ctest, 0, "[100%] Built target t", .absent),
    (.pytest, 1, "", .failed),
    (.npm, 0, "No tests found, exiting with code 0", .absent),
    (.npm, 1, "npm error code EJSONPARSE\nnpm error JSON.parse Invalid package.json", .absent),
  ]

  @Test(arguments: verdicts) func judgesTheEnd(
    convention: CheckDefinition.Convention,
    code: Int,
    output: String,
    expected: CheckResult.Status
  ) {
    let check = CheckDefinition(name: "c", arguments: ["c"], convention: convention)
    let result = ProcessResult(
      termination: .exited(code),
      timedOut: false,
      output: CapturedOutput(head: Array(output.utf8)),
      standardError: CapturedOutput(),
      duration: .zero
    )
    #expect(CheckVerdict(check, result, timeLimit: .seconds(1)).status == expected)
  }
}
