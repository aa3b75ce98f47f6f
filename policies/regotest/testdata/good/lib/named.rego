package batchgate.lib

# METADATA
# description: Whether a name is one of several.
named(names, name) if name in names
