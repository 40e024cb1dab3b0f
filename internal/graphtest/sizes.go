package graphtest

import (
	"regexp"
	"strconv"
)

// namedSizes are the longest sides of the sizes that every set has (documented for OneDrive).
var namedSizes = map[string]int{"small": 96, "medium": 176, "large": 800}

var customSizeForm = regexp.MustCompile(`^c(\d{1,4})x(\d{1,4})$`)

// customSize is the box of a size such as c2048x2048, 0 if it is none. Cropped ones are not played: the backend scales
// into squares.
func customSize(name string) int {
	m := customSizeForm.FindStringSubmatch(name)
	if m == nil {
		return 0
	}
	width, _ := strconv.Atoi(m[1])
	height, _ := strconv.Atoi(m[2])
	return min(width, height)
}

func boxOf(name string) int {
	if box, ok := namedSizes[name]; ok {
		return box
	}
	return customSize(name)
}
