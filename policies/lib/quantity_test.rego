package batchgate.lib_test

import data.batchgate.lib

test_writes_cpu_in_cores_or_millicores if {
	lib.quantity_text("cpu", 2000) == "2"
	lib.quantity_text("cpu", 1500) == "1500m"
	lib.quantity_text("cpu", 0) == "0"
}

test_writes_everything_else_in_the_largest_unit_that_divides_it if {
	every amount, text in {
		2147483648: "2Gi",
		1610612736: "1536Mi",
		1000000000: "1G",
		128000000: "128M",
		1024: "1Ki",
		5000: "5k",
		1025: "1025",
	} {
		lib.quantity_text("memory", amount) == text
	}
}
