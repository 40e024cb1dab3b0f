package sample

import "time"

// trip is an album that the emulator has.
type trip struct {
	name                string
	start               time.Time
	latitude, longitude float64
	cameraMake, camera  string
	hue                 float64 // of the light, in degrees
	night               bool
}

// trips are the albums. One has photos that know nothing of themselves, as scans do.
func trips() []trip {
	day := func(year int, month time.Month, day int) time.Time {
		return time.Date(year, month, day, 9, 12, 0, 0, time.UTC)
	}
	return []trip{
		{"Bergen & the fjords", day(2011, time.June, 18), 60.391, 5.322, "Canon", "Canon EOS 600D", 205, false},
		{"Lisbon", day(2011, time.October, 2), 38.722, -9.139, "NIKON CORPORATION", "NIKON D90", 28, false},
		{"Hokkaidō 北海道", day(2012, time.February, 9), 43.062, 141.354, "Panasonic", "DMC-GH2", 260, true},
		{"Patagonia", day(2012, time.December, 27), -49.331, -72.886, "SONY", "SLT-A77V", 190, false},
		{"Grandmother's album", time.Time{}, 0, 0, "", "", 40, false},
		{"Namib desert", day(2013, time.May, 11), -24.727, 15.288, "OLYMPUS", "E-M5", 16, false},
		{"Tromsø, polar night", day(2013, time.December, 5), 69.649, 18.955, "Canon", "Canon EOS 6D", 150, true},
		{"Summer at the lake", day(2014, time.July, 20), 47.652, 9.479, "Nokia", "Lumia 1020", 330, false},
	}
}
