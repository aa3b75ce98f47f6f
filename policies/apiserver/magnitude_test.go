package apiserver_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/batchgate/batchgate/policies/apiserver"
)

func TestAQuantityOfEndlessDigitsIsRefused(t *testing.T) {
	t.Parallel()
	const job = `{apiVersion: batch/v1, kind: Job, metadata: {name: x}, spec: {template: {spec: {restartPolicy: Never, %s}}}}`
	for place, refused := range map[string]bool{
		`containers: [{name: a, image: b, resources: {limits: {cpu: 1, memory: "1e999999999"}}}]`:                       true,
		`containers: [{name: a, image: b, resources: {requests: {memory: "1e-999999999"}}}]`:                            true,
		`containers: [{name: a, image: b, resources: {limits: {memory: 1.5E+99999}}}]`:                                  true,
		`volumes: [{name: v, emptyDir: {sizeLimit: "1e999999999"}}], containers: [{name: a, image: b}]`:                 true,
		`containers: [{name: a, image: b, resources: {limits: {memory: 1e9, cpu: "2"}}}]`:                               false,
		`containers: [{name: a, image: b, args: ["1e999999999", '{"limits":{"memory":"1e999999999"}}']}]`:               false,
		`containers: [{name: a, image: b, env: [{name: LIMIT, value: "1e999999999"}]}]`:                                 false,
		`containers: [{name: a, image: b, resources: {limits: {memory: "1` + strings.Repeat("0", 300_000) + `e900"}}}]`: true,
		`containers: [{name: a, image: b, resources: {limits: {memory: "` + strings.Repeat("9", 3_000_000) + `"}}}]`:    true,
		`containers: [{name: a, image: b, resources: {limits: {memory: "1` + strings.Repeat("0", 150) + `e900"}}}]`:     true,
	} {
		doc, err := apiserver.ToJSON(fmt.Appendf(nil, job, place))
		if err != nil {
			t.Fatal(err)
		}
		_, _, err = apiserver.Decode(doc, apiserver.Strict)
		if (err != nil) != refused || refused && !strings.Contains(err.Error(), "sensible size: ") {
			t.Errorf("%.200s: %v", place, err)
		}
		if _, err = apiserver.Applied(doc); (err != nil) != refused {
			t.Errorf("%.200s, applied: %v", place, err)
		}
	}
}
