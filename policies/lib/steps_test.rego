package batchgate.lib_test

import data.batchgate.lib

step_of(i, text) := found if {
	fields := [field | some k in numbers.range(0, 4); field := {true: text, false: "*"}[k == i]]
	found := lib.cron_steps(fields)[i]
}

runs_of(i, text) := [step.first, step.runs, step.open] if step := step_of(i, text)

test_reads_a_step_of_every_kind if {
	step_of(0, "*/7") == {"least": 0, "size": 60, "first": 0, "step": 7, "runs": 9, "open": true}
	every text, runs in {
		"*/90": [0, 1, true],
		"?/+05": [0, 12, true],
		"15/20": [15, 3, true],
		"00/45": [0, 2, true],
		"50/20": [50, 1, true],
		"0-59/7": [0, 9, true],
		"9-17/3": [9, 3, false],
		"9-17/10": [9, 1, false],
		"9-59/10": [9, 6, false],
	} {
		runs_of(0, text) == runs
	}
	runs_of(2, "*/31") == [1, 1, true]
	runs_of(3, "*/5") == [1, 3, true]
	runs_of(4, "*/2") == [0, 4, true]
}

test_reads_no_step_where_there_is_none_by_itself if {
	every text in ["*", "5", "1-5", "*/4,5", "JAN-DEC/2", "9-9/2", "*/x"] {
		not step_of(0, text)
	}
}

test_names_what_comes_no_more_often if {
	every seconds, choice in {
		1: [60, "*/1 * * * *"],
		60: [60, "*/1 * * * *"],
		61: [120, "*/2 * * * *"],
		420: [600, "*/10 * * * *"],
		1801: [3600, "17 * * * *"],
		5400: [7200, "17 */2 * * *"],
		86400: [86400, "17 1 * * *"],
	} {
		lib.cron_by_the_clock(seconds, 17) == choice
	}
	not lib.cron_by_the_clock(86401, 17)
}
