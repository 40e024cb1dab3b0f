package server

import "net/http"

// Answer11 answers requests of HTTP/1.0 as the service did: with a status line of HTTP/1.1, which a client compares, but
// without chunks, and with the end of the connection as that of the body. It must be the outermost handler, for net/http
// goes by the version in its own request.
func Answer11(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !r.ProtoAtLeast(1, 1) {
			r.Proto, r.ProtoMajor, r.ProtoMinor = "HTTP/1.1", 1, 1
			w.Header().Set("Connection", "close")
			w = &plainWriter{ResponseWriter: w}
		}
		next.ServeHTTP(w, r)
	})
}

// plainWriter writes no chunks.
type plainWriter struct {
	http.ResponseWriter
	begun bool
}

func (w *plainWriter) WriteHeader(status int) {
	if status >= http.StatusOK && !w.begun {
		w.begun = true
		if w.Header().Get("Content-Length") == "" {
			w.Header().Set("Transfer-Encoding", "identity") // to net/http: as it is
		} else {
			w.Header().Del("Transfer-Encoding")
		}
		w.Header().Set("Connection", "close")
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *plainWriter) Write(p []byte) (int, error) {
	if !w.begun {
		w.WriteHeader(http.StatusOK)
	}
	return w.ResponseWriter.Write(p)
}

// Unwrap lets http.ResponseController reach the connection.
func (w *plainWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
