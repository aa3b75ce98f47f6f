package main

import (
	"os"
	"path/filepath"
	"strings"
)

// way is how a path is walked.
type way struct {
	links []string // symbolic links on it, each without links before its own name
	end   string   // where it leads, or would
}

// mostLinks ends a circle.
const mostLinks = 255

// wayTo follows a path, whether or not all of it is there.
func wayTo(path string) way {
	separator := string(filepath.Separator)
	if path = filepath.FromSlash(path); !filepath.IsAbs(path) {
		if dir, err := os.Getwd(); err == nil {
			path = dir + separator + path // as it is: .. behind a link leads out of where that leads
		}
	}
	volume := filepath.VolumeName(path)
	w := way{end: volume + separator}
	rest := strings.Split(path[len(volume):], separator)
	for len(rest) > 0 {
		name := rest[0]
		rest = rest[1:]
		switch name {
		case "", ".":
			continue
		case "..":
			w.end = filepath.Dir(w.end)
			continue
		}
		next := filepath.Join(w.end, name)
		to, err := os.Readlink(next)
		if err != nil || len(w.links) == mostLinks {
			w.end = next
			continue
		}
		w.links = append(w.links, next)
		if filepath.IsAbs(to) {
			volume = filepath.VolumeName(to)
			w.end, to = volume+separator, to[len(volume):]
		}
		rest = append(strings.Split(filepath.FromSlash(to), separator), rest...)
	}
	return w
}
