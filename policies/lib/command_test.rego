package batchgate.lib_test

import data.batchgate.lib

test_names_the_program_of_a_word if {
	lib.program("/bin/sh") == "sh"
	lib.program("sh") == "sh"
	lib.program(`C:\Windows\System32\CMD.exe`) == "cmd.exe"
	lib.program("") == ""
}

test_sees_a_shell_wherever_it_stands if {
	every line in [["/bin/sh", "-c", "a"], ["timeout", "60", "bash", "-c", "a"], ["cmd", "/c", "a"], ["ssh", "host", "a"]] {
		lib.hands_to_shell(line)
	}
	not lib.hands_to_shell(["echo", "bashful"])
	not lib.hands_to_shell([])
}

test_sees_operators_that_no_shell_reads if {
	lib.stray_operators(["a", "&&", "b", ">", "c"]) == {"&&", ">"}
	lib.stray_operators(["mysqldump", "--all-databases", "|", "gzip"]) == {"|"}
	every line in [
		["sh", "-c", "a", "&&", "b"],
		["a", "b && c"],
		["find", "/tmp", "-exec", "rm", "{}", ";"],
		["cut", "-d", "|", "-f", "1"],
		["psql", "--field-separator", "|"],
		["grep", "-c", "|", "file"],
		["&&"],
		[],
	] {
		lib.stray_operators(line) == set()
	}
}

test_sees_variables_that_no_shell_reads if {
	lib.stray_variables(["psql", "$DB_HOST", "${DB_NAME}"]) == {["$DB_HOST", "DB_HOST"], ["${DB_NAME}", "DB_NAME"]}
	every line in [["sh", "-c", "$DB_HOST"], ["envsubst", "$DB_HOST"], ["a", "$(DB_HOST)", "$$DB", "b$C", "{D}"], []] {
		lib.stray_variables(line) == set()
	}
}

test_sees_lines_that_never_end if {
	every line in [["sleep", "infinity"], ["sh", "-c", "work || sleep infinity;\n"], ["/bin/sh", "-c", "sleep infinity"]] {
		lib.endless(line) == "sleep infinity"
	}
	every line in [["tail", "-f", "/dev/null"], ["sh", "-c", "work & tail -F log"]] {
		lib.endless(line) == "tail -f"
	}
}

test_takes_lines_that_end if {
	every line in [
		["sh", "-c", "sleep infinity & work"],
		["sh", "-c", "sleep infinity &"],
		["sh", "-c", "tail -f x | grep -q y"],
		["timeout", "60", "tail", "-f", "x"],
		["tail", "-f", "--pid=1", "x"],
		["tail", "-n", "5", "x"],
		["echo", "sleep", "infinity"],
		["sleep", "60"],
		[],
	] {
		not lib.endless(line)
	}
}

test_finds_what_kubernetes_is_to_replace if {
	lib.references("--host=$(DB_HOST):$(DB_NAME)", []) == {"DB_HOST", "DB_NAME"}
	every text in ["plain", "$$(DB_HOST)", "$(hostname)", "$((N + 1))", "$()", "$(DB_HOST", "$DB_HOST ${DB_HOST}"] {
		lib.references(text, []) == set()
	}
}

test_leaves_out_what_every_container_is_given if {
	every name in ["JOB_COMPLETION_INDEX", "DB_SERVICE_HOST", "DB_PORT", "DB_PORT_5432_TCP", "AWS_REGION"] {
		lib.references($"$({name})", ["AWS_"]) == set()
	}
}

test_tells_the_first_place_of_a_name if {
	lib.places(["a", "b", "a"]) == {"a": 0, "b": 1}
	lib.places([]) == {}
}

test_sees_words_that_end_sidecars if {
	every word in ["report; curl -XPOST localhost:15020/quitquitquit", "linkerd-await", "-exit-after-auth"] {
		lib.ends_sidecars(["sh", "-c", word])
	}
	not lib.ends_sidecars(["sh", "-c", "report"])
	not lib.ends_sidecars([])
}
