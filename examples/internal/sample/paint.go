package sample

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"math"
	"math/rand/v2"
	"time"
)

// photo paints a landscape of a trip, each one another, and writes it as the trip's camera would, so many pixels wide.
func (t trip) photo(number, width int) []byte {
	rng := rand.New(rand.NewPCG(uint64(number), 2012)) //nolint:gosec // no secret, and the same in every run
	height := width * 2 / 3
	if number%7 == 3 {
		width, height = height, width
	}
	var out bytes.Buffer
	// Writing to memory fails only if there is none.
	_ = jpeg.Encode(&out, newScene(t, rng, width, height).paint(), &jpeg.Options{Quality: 80})
	if t.start.IsZero() {
		return out.Bytes()
	}
	taken := t.start.Add(time.Duration(number) * 97 * time.Minute)
	return withExif(out.Bytes(), t.cameraMake, t.camera, taken, t.latitude+rng.Float64()*.2-.1, t.longitude+rng.Float64()*.3-.15)
}

// scene is a landscape: a sky with a sun or a moon, ranges of hills, perhaps water.
type scene struct {
	rng           *rand.Rand
	width, height int
	top, bottom   color.RGBA // of the sky
	near          color.RGBA // the colour of the nearest hills
	sun           color.RGBA
	sunX, sunY    float64
	sunSize       float64
	ranges        int
	water, stars  bool
}

func newScene(t trip, rng *rand.Rand, width, height int) *scene {
	hue := t.hue + rng.Float64()*50 - 25
	s := &scene{
		rng: rng, width: width, height: height, ranges: 3 + rng.IntN(3), water: rng.IntN(3) == 0, stars: t.night,
		sunX: float64(width) * (.15 + .7*rng.Float64()), sunY: float64(height) * (.15 + .3*rng.Float64()),
		sunSize: float64(width) * (.03 + .05*rng.Float64()),
	}
	saturation := .55
	if t.start.IsZero() {
		saturation = .16 // an old print
	}
	s.top, s.bottom = hsl(hue+25, saturation, .48), hsl(hue-25, saturation+.15, .83)
	s.near, s.sun = hsl(hue+rng.Float64()*80+20, saturation, .17), hsl(hue-50, saturation, .95)
	if t.night {
		s.top, s.bottom = hsl(hue+70, .6, .07), hsl(hue, .5, .32)
		s.near = hsl(hue+60, .5, .04)
	}
	return s
}

func (s *scene) paint() image.Image {
	img := image.NewRGBA(image.Rect(0, 0, s.width, s.height))
	horizon := s.height
	if s.water {
		horizon = s.height * (66 + s.rng.IntN(12)) / 100
	}
	s.sky(img, horizon)
	for i := range s.ranges {
		s.hills(img, horizon, i)
	}
	if s.water {
		s.lake(img, horizon)
	}
	return img
}

func (s *scene) sky(img *image.RGBA, horizon int) {
	for y := range horizon {
		c := mix(s.top, s.bottom, float64(y)/float64(horizon))
		for x := range s.width {
			if math.Abs(float64(x)-s.sunX) > 9*s.sunSize {
				img.SetRGBA(x, y, c) // nothing of its glow is seen here
				continue
			}
			distance := math.Hypot(float64(x)-s.sunX, float64(y)-s.sunY)
			glow := math.Exp(-max(distance-s.sunSize, 0) / (s.sunSize * 1.6))
			if distance > s.sunSize {
				glow *= .65
			}
			img.SetRGBA(x, y, mix(c, s.sun, glow))
		}
	}
	if !s.stars {
		return
	}
	for range s.width / 3 {
		x, y := s.rng.IntN(s.width), s.rng.IntN(horizon)
		img.SetRGBA(x, y, mix(img.RGBAAt(x, y), color.RGBA{255, 255, 255, 255}, .3+.7*s.rng.Float64()))
	}
}

// hills paints a range; the first is the farthest, and has the most of the sky's colour.
func (s *scene) hills(img *image.RGBA, horizon, number int) {
	near := float64(number+1) / float64(s.ranges)
	c := mix(s.bottom, s.near, .25+.75*near)
	base := float64(horizon) * (.42 + .42*near)
	rough := float64(s.height) * (.15 - .07*near)
	haze := make([]color.RGBA, 160) // below the ridge; deeper than that, there is none
	for i := range haze {
		haze[i] = mix(c, s.bottom, .3*math.Exp(-float64(i)/40))
	}
	var phase [5]float64
	for i := range phase {
		phase[i] = s.rng.Float64() * 2 * math.Pi
	}
	for x := range s.width {
		at, ridge := float64(x)/float64(s.width), base
		for i, p := range phase {
			ridge -= rough * math.Sin(at*math.Pow(2.1, float64(i))*4+p) / math.Pow(1.9, float64(i))
		}
		for y := max(int(ridge), 0); y < horizon; y++ {
			img.SetRGBA(x, y, haze[min(max(y-int(ridge), 0), len(haze)-1)])
		}
	}
}

// lake mirrors what is above it.
func (s *scene) lake(img *image.RGBA, horizon int) {
	for y := horizon; y < s.height; y++ {
		depth := float64(y-horizon) / float64(s.height-horizon)
		for x := range s.width {
			wave := math.Sin(float64(y)*1.7+math.Sin(float64(x)/23)*2) * (1 + 5*depth)
			from := min(max(horizon-1-int(float64(y-horizon)*1.3), 0), horizon-1)
			across := min(max(x+int(wave), 0), s.width-1)
			img.SetRGBA(x, y, mix(img.RGBAAt(across, from), s.top, .25+.35*depth))
		}
	}
}

func mix(a, b color.RGBA, share float64) color.RGBA {
	part := func(a, b uint8) uint8 { return uint8(float64(a)*(1-share) + float64(b)*share) }
	return color.RGBA{part(a.R, b.R), part(a.G, b.G), part(a.B, b.B), 255}
}

// hsl is a colour by its hue in degrees, saturation and lightness.
func hsl(hue, saturation, lightness float64) color.RGBA {
	channel := func(n float64) uint8 {
		k := math.Mod(n+hue/30+24, 12)
		return uint8(255 * (lightness - saturation*min(lightness, 1-lightness)*max(-1, min(k-3, 9-k, 1))))
	}
	return color.RGBA{channel(0), channel(8), channel(4), 255}
}
