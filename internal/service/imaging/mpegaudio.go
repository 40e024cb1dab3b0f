package imaging

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"io"
	"time"
)

// MPEG audio is a row of frames without any header before them: MP3, and AAC in ADTS.

// isMPEGAudio asks of files without a tag that they are named like a song: two bytes of sync are too few to tell one from
// chance.
func isMPEGAudio(head []byte, byName Class) bool {
	if hasID3(head) {
		return true
	}
	_, ok := parseFrame(head)
	return ok && byName == Audio
}

func inspectMPEGAudio(src source, _ Class) Facts {
	tag := id3v2(src, 0)
	facts := Facts{Class: Audio, Type: "audio/mpeg", Song: tag.song, Cover: tag.cover}
	if has(src.read(tag.end, 4), 0, "fLaC") {
		facts = flacAt(src, tag.end)
		facts.Song = facts.Song.or(tag.song)
		if facts.Cover == nil {
			facts.Cover = tag.cover
		}
		return facts
	}
	end := src.size
	if old, ok := id3v1(src); ok {
		facts.Song = facts.Song.or(old)
		end -= id3v1Size
	}
	first, start, ok := firstFrame(src, tag.end)
	if !ok {
		return facts
	}
	if first.aac {
		facts.Type = "audio/aac"
	}
	if n := framesNamed(src.read(start, 256), first.infoOffset); n > 0 {
		facts.Duration = seconds(float64(n) * first.seconds())
	} else {
		facts.Duration = playTime(src, first, start, end)
	}
	return facts
}

// frame is the header of one frame.
type frame struct {
	aac        bool
	length     int   // bytes
	bitrate    int64 // bits per second; 0 in AAC, whose frames do not tell
	sampleRate int64
	samples    int64 // in this frame
	infoOffset int   // of the Xing header, counted from the start of the frame
}

func (f frame) seconds() float64 { return float64(f.samples) / float64(f.sampleRate) }

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
	if b[1]&0xf6 == 0xf0 {
		return parseADTS(b)
	}
	version := b[1] >> 3 & 3 // 0: 2.5, 2: 2, 3: 1
	layer := 3 - int(b[1]>>1&3)
	rate := b[2] >> 2 & 3
	if version == 1 || layer == 3 || rate == 3 {
		return frame{}, false
	}
	f := frame{sampleRate: sampleRates[rate], samples: 1152, infoOffset: 36}
	rates, mono := &bitrates1, b[3]>>6 == 3
	if mono {
		f.infoOffset = 21
	}
	if version != 3 {
		rates = &bitrates2
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
	f.bitrate = rates[layer][b[2]>>4] * 1000
	slot := int64(1)
	if layer == 0 {
		f.samples, slot = 384, 4
	}
	padding := int64(b[2] >> 1 & 1)
	f.length = int((f.samples/8/slot*f.bitrate/f.sampleRate + padding) * slot)
	return f, f.bitrate > 0
}

func parseADTS(b []byte) (frame, bool) {
	rates := [16]int64{96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350}
	if len(b) < 7 {
		return frame{}, false
	}
	f := frame{
		aac:        true,
		length:     int(b[3]&3)<<11 | int(b[4])<<3 | int(b[5])>>5,
		sampleRate: rates[b[2]>>2&15],
		samples:    1024 * int64(b[6]&3+1),
	}
	return f, f.sampleRate > 0 && f.length > 7
}

// firstFrame finds where the sound begins: some programs leave padding after the tag. A frame that another follows is
// taken before one that may be chance.
func firstFrame(src source, start int64) (first frame, at int64, found bool) {
	const searched = 64 << 10
	b := src.read(start, searched)
	for i := 0; i+4 <= len(b); i++ {
		if b[i] != 0xff {
			next := bytes.IndexByte(b[i:], 0xff)
			if next < 0 {
				break
			}
			i += next
		}
		f, ok := parseFrame(b[i:])
		if !ok {
			continue
		}
		if !found {
			first, at, found = f, start+int64(i), true
		}
		if next, ok := parseFrame(src.read(start+int64(i+f.length), 8)); ok && next.sampleRate == f.sampleRate {
			return f, start + int64(i), true
		}
	}
	return first, at, found
}

// framesNamed is the number of frames that a Xing, Info or VBRI header names, 0 without one.
func framesNamed(b []byte, offset int) uint32 {
	const (
		hasFrames  = 1
		vbriOffset = 36
	)
	switch {
	case has(b, vbriOffset, "VBRI") && len(b) >= vbriOffset+18:
		return binary.BigEndian.Uint32(b[vbriOffset+14:])
	case has(b, offset, "Xing") || has(b, offset, "Info"):
		if b = b[offset:]; len(b) >= 12 && binary.BigEndian.Uint32(b[4:])&hasFrames != 0 {
			return binary.BigEndian.Uint32(b[8:])
		}
	}
	return 0
}

// playTime adds up all frames, since each may have a bit rate of its own. Where no second frame is found, the first one's
// bit rate has to do.
func playTime(src source, first frame, start, end int64) time.Duration {
	in := bufio.NewReaderSize(io.NewSectionReader(readerAt{src}, start, max(0, end-start)), 64<<10)
	var sum float64
	count := 0
	for {
		head, _ := in.Peek(8)
		f, ok := parseFrame(head)
		if !ok || f.sampleRate != first.sampleRate {
			break
		}
		if _, err := in.Discard(f.length); err != nil {
			break
		}
		sum += f.seconds()
		count++
	}
	if count < 2 && first.bitrate > 0 {
		return seconds(float64(max(0, end-start)) * 8 / float64(first.bitrate))
	}
	return seconds(sum)
}
