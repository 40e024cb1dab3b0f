package storage

import (
	"errors"
	"strconv"
	"strings"
)

// The documented limits of an upload session.
const (
	maxFragment  = 60 << 20
	maxBITSTotal = 10 << 30
)

// fragmentRange is the Content-Range of a fragment: the bytes first to last of a file of total bytes.
type fragmentRange struct{ first, last, total int64 }

func (r fragmentRange) length() int64 { return r.last - r.first + 1 }

var errFragmentRange = errors.New("the Content-Range is not that of a fragment")

// parseFragmentRange reads "bytes 0-1023/4096". A file of no bytes has no range.
func parseFragmentRange(header string) (fragmentRange, error) {
	unit, rest, _ := strings.Cut(strings.TrimSpace(header), " ")
	span, total, _ := strings.Cut(strings.TrimSpace(rest), "/")
	first, last, _ := strings.Cut(span, "-")
	var r fragmentRange
	for _, number := range []struct {
		text  string
		value *int64
	}{{first, &r.first}, {last, &r.last}, {total, &r.total}} {
		n, err := strconv.ParseUint(strings.TrimSpace(number.text), 10, 62)
		if err != nil {
			return fragmentRange{}, errFragmentRange
		}
		*number.value = int64(n)
	}
	if !strings.EqualFold(unit, "bytes") || r.last < r.first || r.last >= r.total {
		return fragmentRange{}, errFragmentRange
	}
	return r, nil
}
