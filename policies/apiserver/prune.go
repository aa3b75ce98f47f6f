package apiserver

import (
	"bytes"
	"encoding/json"
)

// Pruned is the document without the fields that are null, which kubectl apply
// leaves out when it creates an object (though not in the annotation that it
// leaves). Other clients send them. What is no JSON object stays as it is.
func Pruned(doc []byte) []byte {
	if !bytes.Contains(doc, []byte("null")) {
		return doc
	}
	sent, err := tree(doc)
	if err != nil || sent == nil {
		return doc
	}
	prune(sent)
	out, err := json.Marshal(sent)
	if err != nil {
		return doc
	}
	return out
}

// prune takes nulls from objects; in a list they stay.
func prune(value any) {
	switch value := value.(type) {
	case map[string]any:
		for key, member := range value {
			if member == nil {
				delete(value, key)
			} else {
				prune(member)
			}
		}
	case []any:
		for _, item := range value {
			prune(item)
		}
	}
}
