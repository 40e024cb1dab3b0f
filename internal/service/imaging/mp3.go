package imaging

import (
	"bytes"
	"encoding/binary"
	"io"
	"time"
)

// inspectMP3 reads the names from the ID3 tags and works out how long the music plays.
func inspectMP3(src io.ReadSeeker, size int64) (Song, time.Duration) {
	song, start := id3v2(src)
	end := size
	if old, ok := id3v1(src, size); ok {
		song = song.or(old)
		end -= id3v1Size
	}
	return song, mpegDuration(src, start, end)
}

// frame is the header of one MPEG audio frame.
type frame struct {
	bitrate    int64 // bits per second
	sampleRate int64
	samples    int64 // in this frame
	infoOffset int   // of the Xing header, counted from the start of the frame
}

// isMPEGFrame tells whether the bytes begin with the header of an MPEG audio frame. Two bytes of sync are too few
// to tell a song from chance, so ask only of files that are named like one.
func isMPEGFrame(b []byte) bool {
	_, ok := parseFrame(b)
	return ok
}

// Bit rates of layers I, II and III in kbit/s: of MPEG 1, and of MPEG 2 and 2.5, where layers II and III agree.
var (
	bitrates1 = [3][16]int64{
		{0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448},
		{0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384},
		{0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320},
	}
	bitrates2 = [3][16]int64{
		{0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256},
		{0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160},
		{0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160},
	}
	sampleRates = [3]int64{44100, 48000, 32000}
)

func parseFrame(b []byte) (frame, bool) {
	if len(b) < 4 || b[0] != 0xff || b[1]&0xe0 != 0xe0 {
		return frame{}, false
	}
	version := b[1] >> 3 & 3 // 0: 2.5, 2: 2, 3: 1
	layer := 3 - int(b[1]>>1&3)
	rate := b[2] >> 2 & 3
	if version == 1 || layer == 3 || rate == 3 {
		return frame{}, false
	}
	f := frame{sampleRate: sampleRates[rate], samples: 1152}
	mono := b[3]>>6 == 3
	if version == 3 {
		f.bitrate = bitrates1[layer][b[2]>>4] * 1000
		f.infoOffset = 36
		if mono {
			f.infoOffset = 21
		}
	} else {
		f.bitrate = bitrates2[layer][b[2]>>4] * 1000
		f.sampleRate /= 2
		if version == 0 {
			f.sampleRate /= 2
		}
		f.infoOffset = 21
		if mono {
			f.infoOffset = 13
		}
		if layer == 2 {
			f.samples = 576
		}
	}
	if layer == 0 {
		f.samples = 384
	}
	return f, f.bitrate > 0
}

// mpegDuration takes the number of frames from the Xing header of a variable bit rate, or else divides the bytes by
// the first frame's bit rate.
func mpegDuration(src io.ReadSeeker, start, end int64) time.Duration {
	const searched = 64 << 10 // some programs leave padding after the tag
	b := make([]byte, searched)
	n, _ := readAt(src, b, start)
	b = b[:n]
	for len(b) >= 4 {
		f, ok := parseFrame(b)
		if !ok {
			next := bytes.IndexByte(b[1:], 0xff)
			if next < 0 {
				return 0
			}
			b = b[1+next:]
			start += int64(1 + next)
			continue
		}
		if frames := xingFrames(b, f.infoOffset); frames > 0 {
			return seconds(float64(frames) * float64(f.samples) / float64(f.sampleRate))
		}
		return seconds(float64(max(0, end-start)) * 8 / float64(f.bitrate))
	}
	return 0
}

// xingFrames is the number of frames that a Xing or Info header names, 0 without one.
func xingFrames(b []byte, offset int) uint32 {
	if len(b) < offset+12 {
		return 0
	}
	b = b[offset:]
	if name := string(b[:4]); name != "Xing" && name != "Info" {
		return 0
	}
	const hasFrames = 1
	if binary.BigEndian.Uint32(b[4:])&hasFrames == 0 {
		return 0
	}
	return binary.BigEndian.Uint32(b[8:])
}
