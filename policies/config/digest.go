package config

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
)

// Digest is the SHA-256 of the resolved policy, in hexadecimal: equal for two
// policies that differ in comments, order of keys or spelling of numbers only.
func (p *Policy) Digest() string { return p.digest }

func digestOf(p *Policy) string {
	// Unexported fields stay out; maps are written with sorted keys.
	text, err := json.Marshal(p)
	if err != nil {
		panic("config: a policy holds only JSON values: " + err.Error())
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}
