import Testing

/// Texts of many kinds: source of languages and settings of programs, and what is neither.
enum SourceSamples {
  struct Sample: CustomTestStringConvertible, Sendable {
    let name: String
    let text: String

    var testDescription: String { name }

    /// The text again and again, as a long file of its kind would be.
    var longText: String { String(repeating: text, count: 12) }
  }

  static let all = [
    Sample(
      name: "Makefile",
      text: """
        # The default target is...
        all::

        -include ../../config.mak

        prefix ?= /usr/local
        INSTALL  ?= install

        ../../GIT-VERSION-FILE: FORCE
        \t$(MAKE) -C ../../ GIT-VERSION-FILE

        release: test
        \tnpm version major -m "Release it now"
        \tgit push
        \tgit push

        """
    ),
    Sample(
      name: "Emacs Lisp",
      text: """
        ;; Run this when a buffer of that mode is opened.
        (defvar sample-mode-hook nil)

        (defun sample-mode ()
          "Major mode for editing samples of all kinds."
          (interactive)
          (kill-all-local-variables)
          (setq mode-name "Sample")
          (run-hooks 'sample-mode-hook))
        (provide 'sample)

        """
    ),
    Sample(
      name: "Tcl",
      text: """
        # What the package needs.
        if {![package vsatisfies [package provide Tcl] 8.6]} return
        package ifneeded Tk 8.6.13 [list load [file join $dir libtk.so]]
        proc double x {
            global factor
            return [expr {$x * $factor}]
        }

        """
    ),
    Sample(
      name: "shell settings",
      text: """
        # What configure found, for those who build against it.
        # Everything here is quoted.

        TCL_VERSION='8.6'
        TCL_CC='gcc'
        TCL_LIB_SPEC='-L/usr/lib -ltcl8.6'

        # Whether threads are there.
        TCL_THREADS=1

        """
    ),
    Sample(
      name: "Vim",
      text: """
        " Vim syntax file
        " Language: sample
        if exists("b:current_syntax")
          finish
        endif

        syn keyword sampleTodo contained TODO FIXME
        syn match sampleNumber "\\d"
        hi def link sampleTodo Todo
        let b:current_syntax = "sample"

        """
    ),
    Sample(
      name: "YAML",
      text: """
        # What is run on every push to the main branch.
        name: build
        on:
          push:
            branches: [main]
        jobs:
          test:
            runs-on: ubuntu-latest
            steps:
              - uses: actions/checkout@v4
              - name: Run all of the tests that there are
                run: make test

        """
    ),
    Sample(
      name: "TOML",
      text: """
        [build-system]
        requires = ["setuptools"]

        [project]
        name="sample"
        version   = "1"

        [tool]

        """
    ),
    Sample(
      name: "Python with text in it",
      text: """
        class TokenizeTest(TestCase):
            def test_basic(self):
                self.check_tokenize("1 + 1", \"\"\"\\
            NUMBER     '1'           (1, 0) (1, 1)
            OP         '+'           (1, 2) (1, 3)
            NUMBER     '1'           (1, 4) (1, 5)
            \"\"\")
                self.check_tokenize("if False:\\n", \"\"\"\\
            NAME       'if'          (1, 0) (1, 2)
            NAME       'False'       (1, 3) (1, 8)
            NEWLINE    '\\\\n'         (2, 4) (2, 5)
            \"\"\")

        """
    ),
  ]

  static let others = [
    Sample(
      name: "prose",
      text: """
        The scheduler hands work to whoever is idle, and remembers for whom it waits. Nobody is asked twice, and what
        was promised is kept (see the manual, where that is said at length).

        Where some of them fail, the rest goes on: the report says so in a line of its own.

        - A list says what is to be done, and who does it.
        - Another line says why nobody did.


        """
    ),
    Sample(
      name: "log",
      text: """
        2026-01-01T10:00:00Z INFO worker[3] request id=7919 status=200
        2026-01-01T10:00:01Z WARN worker[4] the connection to the store was lost, trying again

        """
    ),
    Sample(
      name: "system log",
      text: """
        Jan 12 03:04:05 host sshd[123]: Accepted publickey for somebody from 10.0.0.1 port 2222
        Jan 12 03:04:06 host kernel: usb 1-1: new high-speed device number 4 using xhci_hcd

        """
    ),
  ]
}
