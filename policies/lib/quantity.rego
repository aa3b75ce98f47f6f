# METADATA
# scope: package
# title: Amounts of a resource
# description: |
#   Numbers are amountcores of cpu and base units of everything else, as in
#   containers[].quantities.
package batchgate.lib

# METADATA
# description: The amount as Kubernetes writes it, in the largest unit that divides it.
quantity_text(resource, amount) := $"{amount / 1000}" if {
	resource == "cpu"
	amount % 1000 == 0
} else := $"{amount}m" if {
	resource == "cpu"
} else := [$"{amount / size}{unit}" |
	some [unit, size] in _units
	amount % size == 0
][0]

_units := [
	["Gi", 1073741824], ["G", 1000000000],
	["Mi", 1048576], ["M", 1000000],
	["Ki", 1024], ["k", 1000],
	["", 1],
]
