package imaging

import (
	"encoding/binary"
	"io"
	"time"
)

func isWAV(head []byte) bool {
	return len(head) >= 12 && string(head[:4]) == "RIFF" && string(head[8:12]) == "WAVE"
}

// wavDuration divides the length of the sound by the bytes per second that its format names.
func wavDuration(src io.ReadSeeker, size int64) time.Duration {
	const maxChunks = 1000
	head := make([]byte, 20)
	var perSecond uint32
	offset := int64(12)
	for range maxChunks {
		n, _ := readAt(src, head, offset)
		if n < 8 {
			return 0
		}
		length := int64(binary.LittleEndian.Uint32(head[4:]))
		switch string(head[:4]) {
		case "fmt ":
			if n == len(head) {
				perSecond = binary.LittleEndian.Uint32(head[16:])
			}
		case "data":
			if perSecond == 0 {
				return 0
			}
			return seconds(float64(min(length, size-offset-8)) / float64(perSecond))
		}
		offset += 8 + length + length%2
	}
	return 0
}
