# METADATA
# scope: package
# title: Amounts of a resource
# description: |
#   Numbers are millicores of cpu and base units of everything else, as in
#   containers[].quantities.
package batchgate.lib

# METADATA
# description: The amount as Kubernetes writes it, in the largest unit that divides it.
quantity_text(resource, milli) := $"{milli / 1000}" if {
	resource == "cpu"
	milli % 1000 == 0
} else := $"{milli}m" if {
	resource == "cpu"
} else := [$"{milli / size}{unit}" |
	some [unit, size] in _units
	milli % size == 0
][0]

_units := [
	["Gi", 1073741824], ["G", 1000000000],
	["Mi", 1048576], ["M", 1000000],
	["Ki", 1024], ["k", 1000],
	["", 1],
]
