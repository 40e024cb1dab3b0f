// Package byterange reads and writes the headers of HTTP byte ranges.
package byterange

import (
	"fmt"
	"strconv"
	"strings"
)

// Span is a Range header for the bytes from first up to, and not including, end; everything from first on if end is not
// behind it.
func Span(first, end int64) string {
	header := "bytes=" + strconv.FormatInt(first, 10) + "-"
	if end > first {
		header += strconv.FormatInt(end-1, 10)
	}
	return header
}

// Content is what a Content-Range header says: the bytes First to Last of Total. Total is -1 when the server does not
// know it.
type Content struct{ First, Last, Total int64 }

// ParseContent reads "bytes 500-999/1000" or "bytes 500-999/*".
func ParseContent(header string) (Content, error) {
	unit, rest, _ := strings.Cut(strings.TrimSpace(header), " ")
	span, total, slash := strings.Cut(strings.TrimSpace(rest), "/")
	first, last, dash := strings.Cut(span, "-")
	if !strings.EqualFold(unit, "bytes") || !slash || !dash {
		return Content{}, fmt.Errorf("Content-Range %q: want bytes FIRST-LAST/TOTAL", header)
	}
	c := Content{Total: -1}
	var errs [3]error
	c.First, errs[0] = parse(first)
	c.Last, errs[1] = parse(last)
	if total != "*" {
		c.Total, errs[2] = parse(total)
	}
	if errs != [3]error{} || c.First > c.Last || c.Total >= 0 && c.Last >= c.Total {
		return Content{}, fmt.Errorf("Content-Range %q makes no sense", header)
	}
	return c, nil
}

func parse(digits string) (int64, error) {
	n, err := strconv.ParseUint(digits, 10, 63)
	return int64(n), err
}
