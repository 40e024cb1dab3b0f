package wire

import (
	"compress/gzip"
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"
)

// maxFields bounds a JSON or form body: none of the API's objects comes near.
const maxFields = 1 << 20

// BodyText reads the whole body, within bounds.
func BodyText(r *http.Request) (string, error) {
	src, err := BodyReader(r, maxFields)
	if err != nil {
		return "", err
	}
	raw, err := io.ReadAll(src)
	return string(raw), err
}

// BodyReader gives the body, unpacked if it came compressed (one client packs its uploads), and fails with 413 past
// the limit.
func BodyReader(r *http.Request, limit int64) (io.Reader, error) {
	var src io.Reader = r.Body
	packed := strings.EqualFold(r.Header.Get("Content-Encoding"), "gzip")
	if r.ContentLength > limit {
		return nil, TooLarge()
	}
	if packed {
		unzip, err := gzip.NewReader(src)
		if err != nil {
			return nil, BadBody("It isn't in the format that its Content-Encoding names.")
		}
		src = unzip
	}
	return LimitReader(src, limit), nil
}

// LimitReader fails when there is more than the limit. (io.LimitReader would pretend that the body ended there.)
func LimitReader(src io.Reader, limit int64) io.Reader { return &limitedReader{src: src, left: limit} }

type limitedReader struct {
	src  io.Reader
	left int64
}

func (r *limitedReader) Read(p []byte) (int, error) {
	if int64(len(p)) > r.left+1 {
		p = p[:r.left+1]
	}
	n, err := r.src.Read(p)
	if int64(n) > r.left {
		return 0, TooLarge()
	}
	r.left -= int64(n)
	if errors.Is(err, gzip.ErrChecksum) || errors.Is(err, gzip.ErrHeader) {
		err = BadBody("It isn't in the format that its Content-Encoding names.")
	}
	return n, err
}

// MediaType is that of the body, without parameters; empty if there is none that makes sense.
func MediaType(r *http.Request) string {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil {
		return ""
	}
	return kind
}

// IsMultipart reports whether the body is a form that may have files.
func IsMultipart(r *http.Request) bool { return strings.HasPrefix(MediaType(r), "multipart/") }

// Fields reads the fields of a body, in whichever encoding they come: JSON, or a form with dotted names, which is
// returned too. The Content-Type is only a hint. curl says "form" of JSON, some libraries say nothing at all.
func Fields(r *http.Request) (fields Object, form Params, err error) {
	text, err := BodyText(r)
	if err != nil {
		return nil, nil, err
	}
	switch {
	case strings.TrimSpace(text) == "":
		return Object{}, nil, nil
	case strings.HasPrefix(strings.TrimLeft(text, " \t\r\n\uFEFF"), "{"):
		fields, err = readObject(text)
	case MediaType(r) == "application/json" || !strings.Contains(text, "="):
		err = errNotJSON
	default:
		form = ParseParams(strings.TrimSpace(text))
		return Nest(form), form, nil
	}
	if err != nil {
		// The message is ours: the service's was not recorded.
		err = BadBody("It must be a JSON object.")
	}
	return fields, nil, err
}
