package graphtest

import "encoding/base64"

// quickXor is Microsoft's QuickXorHash: each byte goes, 11 bits further than the one before, into a ring of 160 bits, and
// the length into its end.
type quickXor struct {
	ring [20]byte
	size uint64
}

const (
	ringBits = 160
	stepBits = 11
)

func (q *quickXor) Write(p []byte) (int, error) {
	for _, b := range p {
		bit := int(q.size % ringBits * stepBits % ringBits)
		q.ring[bit/8] ^= b << (bit % 8)
		if bit%8 != 0 {
			q.ring[(bit/8+1)%len(q.ring)] ^= b >> (8 - bit%8)
		}
		q.size++
	}
	return len(p), nil
}

func (q *quickXor) sum() string {
	ring := q.ring
	for i := range 8 {
		ring[12+i] ^= byte(q.size >> (8 * i)) //nolint:gosec // the lowest eight bits
	}
	return base64.StdEncoding.EncodeToString(ring[:])
}
