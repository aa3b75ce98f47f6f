package batchgate.lib

# METADATA
# description: |
#   The steps in the five fields of a cron schedule that stand alone in their
#   field, by the number of the field: the least value and the number of values
#   that the field has, the first that matches, the step, how many match, and
#   whether the step goes on to the end of the field and then begins again.
cron_steps(fields) := {i: found |
	some i, text in fields
	[range, by] := split(text, "/")
	step := _cron_number(by)
	[least, size] := [[0, 60], [0, 24], [1, 31], [1, 12], [0, 7]][i]
	[first, last, open] := _cron_span(range, least, (least + size) - 1)
	last > first
	runs := floor((last - first) / step) + 1
	found := {"least": least, "size": size, "first": first, "step": step, "runs": runs, "open": open}
}

# METADATA
# description: |
#   The most frequent cron schedule that divides the hour or the day evenly and
#   leaves at least that many seconds between runs, with the seconds that it leaves;
#   undefined for more than a day. A schedule that is not about minutes has the
#   given minute.
cron_by_the_clock(seconds, minute) := min(array.concat(
	[[m * 60, $"*/{m} * * * *"] | some m in [1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30]; m * 60 >= seconds],
	[[h * 3600, $"{minute} {hour} * * *"] |
		some h, hour in {1: "*", 2: "*/2", 3: "*/3", 4: "*/4", 6: "*/6", 8: "*/8", 12: "*/12", 24: "1"}
		h * 3600 >= seconds
	],
))

_cron_span("*", least, most) := [least, most, true]

_cron_span("?", least, most) := [least, most, true]

_cron_span(first, _, most) := [_cron_number(first), most, true]

_cron_span(range, least, most) := [first, last, [first, last] == [least, most]] if {
	[first, last] := [_cron_number(bound) | some bound in split(range, "-")]
}

_cron_number(text) := 0 if trim_left(text, "+0") == ""

_cron_number(text) := to_number(digits) if {
	digits := trim_left(text, "+0")
	digits != ""
	trim(digits, "0123456789") == ""
}
