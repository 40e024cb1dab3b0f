package faults

import (
	"fmt"
	"io"
	"maps"
	"net/http"
	"strconv"
	"strings"
)

// maxUnread bounds how much of a request is read whose answer does not depend on it.
const maxUnread = 128 << 20

// Answer gives this answer in place of the handler's, which does not see the request. The body of the request is read
// first, unless the client asked whether to send it: a client that is still sending might never see the answer.
func Answer(status int, header http.Header, body string) Effect {
	return func(*Fault, http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Expect") == "" {
				_, _ = io.CopyN(io.Discard, r.Body, maxUnread)
			}
			maps.Copy(w.Header(), header.Clone())
			w.WriteHeader(status)
			if r.Method != http.MethodHead {
				_, _ = io.WriteString(w, body)
			}
		})
	}
}

// Before calls f with the request, and hands it on.
func Before(f func(*http.Request)) Effect {
	return func(_ *Fault, next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			f(r)
			next.ServeHTTP(w, r)
		})
	}
}

// IgnoreRange answers as if no range had been asked for: 200 and everything.
func IgnoreRange() Effect {
	return changeRange(func(h http.Header) { h.Del("Range") })
}

// WrongStart answers a range with one that begins so many bytes later, and says so. Ranges of the last so many bytes
// are left alone.
func WrongStart(shift int64) Effect {
	return changeRange(func(h http.Header) {
		var first, last int64
		span := strings.TrimPrefix(h.Get("Range"), "bytes=")
		switch n, _ := fmt.Sscanf(span, "%d-%d", &first, &last); {
		case n == 2 && first >= 0:
			h.Set("Range", fmt.Sprintf("bytes=%d-%d", max(0, first+shift), max(0, last+shift)))
		case n == 1 && first >= 0 && strings.HasSuffix(span, "-"):
			h.Set("Range", fmt.Sprintf("bytes=%d-", max(0, first+shift)))
		}
	})
}

func changeRange(change func(http.Header)) Effect {
	return func(_ *Fault, next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			r.Header = r.Header.Clone()
			change(r.Header)
			next.ServeHTTP(w, r)
		})
	}
}

// FalseStart answers a range with the right bytes, under a Content-Range that says they begin so many bytes later.
func FalseStart(shift int64) Effect {
	return falsify(func(c *contentRange) { c.first, c.last = max(0, c.first+shift), max(0, c.last+shift) })
}

// FalseTotal answers a range with the right bytes, under a Content-Range that says that the whole is so many bytes
// longer.
func FalseTotal(change int64) Effect {
	return falsify(func(c *contentRange) { c.total = max(0, c.total+change) })
}

func falsify(change func(*contentRange)) Effect {
	return func(_ *Fault, next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			next.ServeHTTP(&headerWriter{ResponseWriter: w, change: func(h http.Header) {
				if c, ok := parseContentRange(h.Get("Content-Range")); ok {
					change(&c)
					h.Set("Content-Range", c.String())
				}
			}}, r)
		})
	}
}

// headerWriter changes the header of an answer before it is sent.
type headerWriter struct {
	http.ResponseWriter
	change func(http.Header)
	sent   bool
}

func (w *headerWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (w *headerWriter) WriteHeader(status int) {
	if !w.sent && status >= http.StatusOK {
		w.sent = true
		w.change(w.Header())
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *headerWriter) Write(p []byte) (int, error) {
	if !w.sent {
		w.WriteHeader(http.StatusOK)
	}
	return w.ResponseWriter.Write(p)
}

// OtherContent sends other bytes from this place of the whole on, as if it had been replaced by something of the same
// size. Only answers with 200 and 206 change.
func OtherContent(from int64) Effect {
	return func(_ *Fault, next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			other := &otherWriter{from: from}
			other.headerWriter = headerWriter{ResponseWriter: w, change: func(h http.Header) {
				if c, ok := parseContentRange(h.Get("Content-Range")); ok {
					other.at = c.first
				}
			}}
			next.ServeHTTP(other, r)
		})
	}
}

// otherWriter turns over every bit of the bytes behind some place.
type otherWriter struct {
	headerWriter
	from, at int64
	leave    bool
}

func (w *otherWriter) WriteHeader(status int) {
	w.leave = status != http.StatusOK && status != http.StatusPartialContent
	w.headerWriter.WriteHeader(status)
}

func (w *otherWriter) Write(p []byte) (int, error) {
	if !w.sent {
		w.WriteHeader(http.StatusOK)
	}
	if w.leave {
		return w.ResponseWriter.Write(p)
	}
	changed := make([]byte, len(p))
	for i, b := range p {
		if w.at+int64(i) >= w.from {
			b = ^b
		}
		changed[i] = b
	}
	n, err := w.ResponseWriter.Write(changed)
	w.at += int64(n)
	return n, err
}

// contentRange is a Content-Range header of one range and a known total.
type contentRange struct{ first, last, total int64 }

func parseContentRange(header string) (c contentRange, ok bool) {
	n, err := fmt.Sscanf(header, "bytes %d-%d/%d", &c.first, &c.last, &c.total)
	return c, err == nil && n == 3
}

func (c contentRange) String() string {
	return "bytes " + strconv.FormatInt(c.first, 10) + "-" + strconv.FormatInt(c.last, 10) + "/" + strconv.FormatInt(c.total, 10)
}
