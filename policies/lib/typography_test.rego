package batchgate.lib_test

import data.batchgate.lib

program := ["echo"]

shell := ["sh", "-c"]

quotes := ["“”", "\"\""]

test_sees_words_with_typographic_quotes_or_dashes if {
	every word in ["“echo”", "“Hello", "Kubernetes Job!”"] {
		lib.mistyped([word], program) == {quotes}
	}
	every word in ["‘echo’", "‘Hello"] {
		lib.mistyped([word], program) == {["‘’", "''"]}
	}
	every word in ["–verbose", "-–verbose"] {
		lib.mistyped([word], program) == {["–", "-"]}
	}
	lib.mistyped(["—verbose", "“a”"], shell) == {["—", "--"], quotes}
}

test_takes_sentences_as_they_are if {
	every word in ["It’s “done” – finally", "“Release” is out", "the users’", "–", "— Ada", "--verbose", "-", ""] {
		lib.mistyped([word], program) == set()
	}
}

test_sees_scripts_with_typographic_quotes_or_dashes if {
	lib.mistyped(["echo “hello”"], shell) == {quotes}
	lib.mistyped(["set -e\ngrep –v x"], shell) == {["–", "-"]}
	lib.mistyped(["pg_dump —clean"], shell) == {["—", "--"]}
	lib.mistyped([`echo "a"; echo 'b'; echo “don't” –n`], shell) == {quotes}
}

test_takes_scripts_as_they_are if {
	every script in [
		"echo hello",
		`echo "say “hello” – twice"`,
		"echo 'a –b'",
		"# the “right” way\necho a",
		"cat <<END\n“a”\nEND",
		"echo a – b",
	] {
		lib.mistyped([script], shell) == set()
	}
}
