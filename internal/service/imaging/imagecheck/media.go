package main

import (
	"encoding/binary"
	"strings"
)

const (
	tone = "ffmpeg -v error -y -f lavfi -i sine=frequency=440:duration=3:sample_rate=44100 "
	film = "ffmpeg -v error -y -f lavfi -i testsrc=duration=3:size=320x180:rate=25 -f lavfi -i sine=frequency=440:duration=3 "
	// Silence takes a lower bit rate than noise.
	changing = "ffmpeg -v error -y -f lavfi -i aevalsrc=exprs=if(lt(t\\,1)\\,0\\,random(0)-0.5):duration=3:sample_rate=44100 "

	names = "-metadata title=Elise -metadata artist=Ludwig -metadata album=Bagatellen -metadata album_artist=Alfred -metadata genre=Classical "
)

// covered is a song with a cover in its tags.
func covered(name, codec string) sample {
	line := strings.Replace(tone, "-f lavfi", "-i plain.jpg -f lavfi", 1)
	return made(name, line+names+"-map 1 -map 0 -c:v copy -disposition:v attached_pic "+codec+" ")
}

func (s sample) edited(edit func([]byte) []byte) sample {
	s.edit = edit
	return s
}

// withoutID3v2 cuts off the tag at the beginning, whose length is written in four times seven bits.
func withoutID3v2(b []byte) []byte {
	return b[10+int(b[6])<<21+int(b[7])<<14+int(b[8])<<7+int(b[9]):]
}

// withVBRI puts a frame before the sound that says how many follow, in the way of Fraunhofer's programs.
func withVBRI(b []byte) []byte {
	const frameSize = 417 // of 128 kbit/s
	frame := make([]byte, frameSize)
	copy(frame, "\xff\xfb\x90\xc0")
	copy(frame[36:], "VBRI\x00\x01\x00\x00\x00\x4b")
	binary.BigEndian.PutUint32(frame[46:], uint32(len(b))) //nolint:gosec // three seconds
	binary.BigEndian.PutUint32(frame[50:], 117)            // three seconds and the encoder's padding
	copy(frame[54:], "\x00\x00\x00\x01\x00\x02\x00\x01")
	return append(frame, b...)
}

func media() []sample {
	return []sample{
		made("plain.mp3", tone+names+"-c:a libmp3lame -b:a 128k "),
		covered("cover.mp3", "-c:a libmp3lame -id3v2_version 3"),
		covered("cover-24.mp3", "-c:a libmp3lame -id3v2_version 4"),
		made("variable.mp3", tone+"-c:a libmp3lame -q:a 4 "),
		made("no-xing.mp3", tone+"-c:a libmp3lame -b:a 64k -write_xing 0 -id3v2_version 0 "),
		made("id3v1.mp3", tone+names+"-c:a libmp3lame -write_id3v1 1 ").edited(withoutID3v2),
		made("variable-no-xing.mp3", changing+"-c:a libmp3lame -q:a 2 -write_xing 0 -id3v2_version 0 "),
		made("vbri.mp3", changing+"-c:a libmp3lame -q:a 2 -write_xing 0 -id3v2_version 0 ").edited(withVBRI),
		made("layer2.mp2", tone+"-c:a mp2 -f mp2 "),
		made("low.mp3", tone+"-ar 22050 -ac 1 -c:a libmp3lame -b:a 32k "),
		made("tags.m4a", tone+names+"-c:a aac "),
		covered("cover.m4a", "-c:a aac"),
		made("lossless.m4a", tone+names+"-c:a alac "),
		made("first.m4a", tone+names+"-c:a aac -movflags +faststart "),
		made("plain.aac", tone+"-c:a aac -f adts "),
		made("plain.flac", tone+names+"-c:a flac "),
		covered("cover.flac", "-c:a flac"),
		made("plain.wma", tone+names+"-c:a wmav2 "),
		made("plain.wav", tone+names+"-c:a pcm_s16le "),
		made("plain.aiff", tone+names+"-c:a pcm_s16be -write_id3v2 1 "),
		made("compressed.aifc", tone+"-c:a pcm_mulaw -f aiff "),
		made("vorbis.ogg", tone+names+"-c:a libvorbis "),
		made("plain.opus", tone+names+"-c:a libopus "),
		made("speex.spx", tone+names+"-ar 16000 -c:a libspeex -f ogg "),
		made("flac.oga", tone+names+"-c:a flac -f ogg "),
		made("sound.mka", tone+names+"-c:a libopus "),
		made("sound.webm", tone+names+"-c:a libopus "),

		made("plain.mp4", film+names+"-c:v libx264 -c:a aac "),
		made("fast.mp4", film+"-c:v libx264 -c:a aac -movflags +faststart "),
		made("fragmented.mp4", film+"-c:v libx264 -c:a aac -movflags frag_keyframe+empty_moov "),
		made("dash.mp4", film+"-c:v libx264 -c:a aac -movflags frag_keyframe+empty_moov+default_base_moof -brand dash "),
		made("silent.mp4", "ffmpeg -v error -y -f lavfi -i testsrc=duration=3:size=320x180:rate=25 -c:v libx264 "),
		made("sound.mp4", tone+names+"-c:a aac "),
		made("rare-brand.mp4", film+"-c:v libx264 -c:a aac -brand XAVC "),
		made("plain.m4v", film+"-c:v libx264 -c:a aac "),
		made("plain.mov", film+"-c:v libx264 -c:a aac "),
		made("turned.mov", film+"-c:v libx264 -c:a aac ").then("ffmpeg -v error -y -i turned.mov -c copy -metadata:s:v:0 rotate=90 turned-90.mov").then("mv turned-90.mov turned.mov"),
		made("plain.3gp", film+"-c:v libx264 -c:a aac "),
		made("plain.3g2", film+"-c:v libx264 -c:a aac "),
		made("plain.avi", film+"-c:v mpeg4 -c:a libmp3lame "),
		made("plain.wmv", film+"-c:v wmv2 -c:a wmav2 "),
		made("plain.mpg", film+"-c:v mpeg2video -c:a mp2 "),
		made("first.mpg", film+"-c:v mpeg1video -c:a mp2 "),
		made("dvd.vob", film+"-c:v mpeg2video -c:a mp2 -f vob "),
		made("plain.m2ts", film+"-c:v mpeg2video -c:a mp2 -f mpegts -mpegts_m2ts_mode 1 "),
		made("plain.ts", film+"-c:v mpeg2video -c:a mp2 -f mpegts "),
		made("plain.mkv", film+"-c:v libx264 -c:a aac "),
		made("plain.webm", film+"-c:v libvpx -c:a libvorbis "),
		made("vp9.webm", film+"-c:v libvpx-vp9 -c:a libopus "),
		made("live.webm", film+"-c:v libvpx -c:a libvorbis -f webm -live 1 ").
			but("seconds", "the file does not say it, but its blocks have times"),
		made("theora.ogv", film+"-c:v libtheora -c:a libvorbis "),
	}
}
