package batchgate.lib_test

import data.batchgate.lib

strays(line) := {word | some [word, _] in lib.stray(line, {"DB_HOST", "DB_NAME"}, true)}

test_says_what_is_wrong_with_what_no_shell_reads if {
	lib.stray(["a", "&&", "$B"], {"B"}, true) == {
		["&&", "passes && to a, because no shell reads it; use sh -c"],
		["$B", "passes $B as it stands, because no shell reads it; write $(B)"],
	}
}

test_sees_operators_that_no_shell_reads if {
	strays(["a", "&&", "b", ">", "c"]) == {"&&", ">"}
	every line in [
		["mysqldump", "--all-databases", "|", "gzip"],
		["pg_dump", "-Fc", "|", "gzip"],
		["find", "/data", "|", "wc"],
		["timeout", "60", "a", "|", "grep", "b"],
	] {
		strays(line) == {"|"}
	}
	strays(["timeout", "60", "npm", "test", "&&", "b"]) == {"&&"}
	strays(["a", ";", "find", "/data", "-delete"]) == {";"}
	strays(["a", "-v", "2>&1"]) == {"2>&1"}
}

test_takes_operators_that_somebody_reads if {
	every line in [
		["sh", "-c", "a", "&&", "b"],
		["a", "b && c"],
		["find", "/tmp", "-exec", "rm", "{}", ";"],
		["timeout", "3600", "find", "/data", "-exec", "rm", "{}", ";"],
		["/usr/bin/find", "/tmp", "-name", "a", "-exec", "rm", "{}", ";", "-print"],
		["cut", "-d", "|", "-f", "1"],
		["paste", "-sd", "|", "file"],
		["gcsplit", "-R", ";", "file"],
		["a", "-x", ";", "file"],
		["a", "-o", "|", "file"],
		["a", "--null", "|", "--verbose"],
		["a", "--mark", "||"],
		["psql", "--field-separator", "|", "file"],
		["mlr", "--ifs", ";", "cat", "file"],
		["mlr", "--ofs", "|", "cat", "file"],
		["grep", "-c", "|", "file"],
		["tini", "--", "grep", "|", "file"],
		["nice", "-n", "10", "ionice", "-c3", "awk", "|", "file"],
		["&&"],
		[],
	] {
		strays(line) == set()
	}
}

test_sees_variables_that_no_shell_reads if {
	strays(["psql", "$DB_HOST", "${DB_NAME}"]) == {"$DB_HOST", "${DB_NAME}"}
	every line in [["sh", "-c", "$DB_HOST"], ["envsubst", "$DB_HOST"], ["a", "$(DB_HOST)", "$$DB", "b$C", "{D}", "$C"], []] {
		strays(line) == set()
	}
}

test_sees_variables_that_may_be_there if {
	{word | some [word, _] in lib.stray(["psql", "$DB_URL", "${A1}", "$1", "$", "$name"], set(), false)} == {"$DB_URL", "${A1}"}
}
