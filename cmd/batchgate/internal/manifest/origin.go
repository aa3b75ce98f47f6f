package manifest

import (
	"net/url"
	"strings"

	"go.yaml.in/yaml/v3"
)

// longestOrigin bounds an annotation that is read.
const longestOrigin = 4 << 10

// kustomized is the file that Kustomize names as the origin of an object, and whether
// it lies in another repository. The credentials of one are nobody's business.
func kustomized(annotation string) (origin string, remote bool) {
	var from struct{ Path, Repo, Ref string }
	if yaml.Unmarshal([]byte(annotation), &from) != nil {
		return "", false
	}
	if from.Repo == "" {
		return anonymous(from.Path), strings.Contains(from.Path, "://")
	}
	origin = anonymous(from.Repo)
	if from.Ref != "" {
		origin += "@" + from.Ref
	}
	if from.Path != "" {
		origin += ": " + from.Path
	}
	return origin, true
}

// anonymous is an address without who asks.
func anonymous(address string) string {
	if !strings.Contains(address, "://") {
		return address
	}
	u, err := url.Parse(address)
	if err != nil || u.User == nil {
		return address
	}
	u.User = nil
	return u.String()
}
