package storage

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// readRanges reads a Range header by RFC 9110 and gives the ranges of it that a content of so many bytes has, in a form
// that net/http understands. What is no range of bytes, such as another unit or an impossible order, is to be ignored:
// then there are none. ok is false if there are ranges, and the content has none of them.
//
// net/http refuses what is to be ignored, and takes a suffix of nothing.
func readRanges(header string, size int64) (satisfied string, ok bool) {
	unit, set, _ := strings.Cut(header, "=")
	if !strings.EqualFold(strings.TrimSpace(unit), "bytes") {
		return "", true
	}
	var kept []string
	some := false
	for text := range strings.SplitSeq(set, ",") {
		if text = strings.Trim(text, " \t"); text == "" { // a list may have empty elements
			continue
		}
		from, to, isRange := strings.Cut(text, "-")
		first, hasFirst := readPosition(from)
		last, hasLast := readPosition(to)
		if !isRange || from != "" && !hasFirst || to != "" && !hasLast || !hasFirst && !hasLast || hasFirst && hasLast && last < first {
			return "", true
		}
		some = true
		switch {
		case !hasFirst && last > 0 && size > 0:
			kept = append(kept, fmt.Sprintf("%d-", max(0, size-last)))
		case hasFirst && !hasLast && first < size:
			kept = append(kept, fmt.Sprintf("%d-", first))
		case hasFirst && hasLast && first < size:
			kept = append(kept, fmt.Sprintf("%d-%d", first, min(last, size-1)))
		case hasFirst && first == 0 && size == 0:
			return "", true // all of nothing: some programs ask so of every file
		}
	}
	if len(kept) == 0 {
		return "", !some
	}
	return "bytes=" + strings.Join(kept, ","), true
}

// readPosition reads the number of a byte. What is beyond any content is as good as the last number.
func readPosition(text string) (n int64, ok bool) {
	if text == "" || strings.Trim(text, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return math.MaxInt64, true
	}
	return n, true
}
