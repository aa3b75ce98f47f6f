package batchgate.lib_test

import data.batchgate.lib

program := ["echo"]

shell := ["sh", "-c"]

quotes(words) := {["“”", "\"\"", words]}

single(words) := {["‘’", "''", words]}

test_sees_words_with_typographic_quotes_or_dashes if {
	every word in ["“echo”", "“Hello", "Kubernetes Job!”", "--title=“Hello", "“a whole sentence”"] {
		lib.mistyped("command", [word], program) == quotes(word)
	}
	every word in ["‘echo’", "‘Hello", "‘a whole sentence’"] {
		lib.mistyped("command", [word], program) == single(word)
	}
	every word in ["–verbose", "-–verbose"] {
		lib.mistyped("command", [word], program) == {["–", "-", word]}
	}
	lib.mistyped("command", ["—verbose", "“a”", "b", "“c"], shell) == {["—", "--", "—verbose"], ["“”", "\"\"", "“a” “c"]}
}

test_sees_them_in_words_that_are_no_sentence if {
	every word in ["“echo”", "“Hello, my", "Job!”"] {
		lib.mistyped("args", [word], program) == quotes(word)
	}
	lib.mistyped("args", ["‘a’"], program) == single("‘a’")
	lib.mistyped("args", ["–verbose"], program) == {["–", "-", "–verbose"]}
	lib.mistyped("env", ["“fast"], []) == quotes("“fast")
}

test_takes_sentences_as_they_are if {
	every list in ["command", "args", "env"] {
		every word in [
			"It’s “done” – finally", "“Release” is out", "the users’", "–", "— Ada", "--verbose", "-", "",
			"„Fertig“", "”Klart”",
		] {
			lib.mistyped(list, [word], program) == set()
		}
	}
	every word in ["“The release is out”", "‘The release is out’"] {
		lib.mistyped("args", [word], program) == set()
	}
	every value in ["“fast”", "‘fast’", "–fast", "“The release is out”"] {
		lib.mistyped("env", [value], []) == set()
	}
}

test_sees_scripts_with_typographic_quotes_or_dashes if {
	every list in ["command", "args"] {
		every script in ["echo “hello”", `echo "a"; echo 'b'; echo “don’t” –n`, "echo hello”", "“hello"] {
			lib.mistyped(list, [script], shell) == quotes(script)
		}
		lib.mistyped(list, ["set -e\ngrep –v x"], shell) == {["–", "-", "set -e\ngrep –v x"]}
		lib.mistyped(list, ["pg_dump —clean"], shell) == {["—", "--", "pg_dump —clean"]}
	}
}

test_takes_scripts_as_they_are if {
	every script in [
		"echo hello",
		`echo "say “hello” – twice"`,
		`echo "a pipe of 5” or more"`,
		"echo 'a –b'",
		"# the “right” way\necho a",
		"cat <<END\n“a”\nEND",
		"echo a – b",
	] {
		lib.mistyped("args", [script], shell) == set()
	}
}
