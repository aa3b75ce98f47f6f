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

misstarted(command, args) := lib.misstarted(command, array.concat(command, args))

test_sees_what_is_wrong_with_how_a_command_begins if {
	misstarted([" "], []) == [" ", "command names no program"]
	misstarted(["python a.py"], []) == [
		"python a.py",
		"command takes python and the words behind it for one program; make each an element, or use sh -c",
	]
	every args in [["echo a && b"], [" date; make all"]] {
		misstarted(["/bin/sh"], args) == [args[0], "command gives /bin/sh a script for the name of a file; put -c before it"]
	}
}

test_takes_commands_that_begin_well if {
	every command in [
		[],
		["python", "a b"],
		[`C:\Program Files\a.exe`],
		["C:/Program Files/a.exe", "b c"],
		["sh"],
		["sh", "run.sh", "a b"],
		["sh", "-c", "a b"],
		["sh", "-ec", "a b"],
		["sh", "/the tools/run.sh"],
		["sh", "./the tools/run.sh"],
	] {
		not misstarted(command, [])
	}
}
