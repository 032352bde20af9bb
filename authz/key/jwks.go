package key

import "bytes"

// keySet is the JWK Set (RFC 7517 section 5) of keys: public members only.
func keySet(keys []*sigKey) []byte {
	var b bytes.Buffer
	b.WriteString(`{"keys":[`)
	for i, k := range keys {
		if i > 0 {
			b.WriteByte(',')
		}
		b.Write(k.jwk)
	}
	b.WriteString("]}")
	return b.Bytes()
}
