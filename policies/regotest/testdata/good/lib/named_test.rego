package batchgate.lib_test

import data.batchgate.lib

test_a_name_that_is_there if lib.named({"a", "b"}, "a")
