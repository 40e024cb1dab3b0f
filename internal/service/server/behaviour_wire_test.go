package server_test

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/stretchr/testify/require"
)

// The behaviour tests hold the emulator against what seventeen clients sent and needed. Each is named after a line of
// that list, and sends what the client sent, byte by byte: net/http's own client would repair half of it.

// wired is an answer as it was on the wire.
type wired struct {
	answer
	line string // "HTTP/1.1 200 OK"
	raw  string // all of it
}

// send writes a request as it stands, but for the line ends of its head, which are written as LF here, and for these:
// {host} is the server's, {token} the world's, {query} the same for a query, and {length} the length of the body.
func (w *world) send(request string) wired {
	w.t.Helper()
	request = strings.NewReplacer("{host}", strings.TrimPrefix(w.url, "http://"), "{token}", w.token, "{query}", url.QueryEscape(w.token)).Replace(request)
	head, body, _ := strings.Cut(request, "\n\n")
	head = strings.ReplaceAll(head, "{length}", strconv.Itoa(len(body)))
	method, _, _ := strings.Cut(head, " ")
	return w.exchangeBytes(method, strings.ReplaceAll(head, "\n", "\r\n")+"\r\n\r\n"+body)
}

// exchangeBytes sends bytes and reads one answer. The connection stays whole in both directions until then.
func (w *world) exchangeBytes(method, request string) wired {
	w.t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(w.url, "http://"))
	require.NoError(w.t, err)
	defer conn.Close()
	_, err = io.WriteString(conn, request)
	require.NoError(w.t, err)
	return w.receive(method, conn)
}

// receive reads one answer.
func (w *world) receive(method string, conn net.Conn) wired {
	w.t.Helper()
	var raw strings.Builder
	in := bufio.NewReader(io.TeeReader(conn, &raw))
	resp, err := http.ReadResponse(in, &http.Request{Method: method})
	require.NoError(w.t, err, raw.String())
	if resp.StatusCode == http.StatusContinue { // the body was on its way already
		resp, err = http.ReadResponse(in, &http.Request{Method: method})
		require.NoError(w.t, err, raw.String())
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	require.NoError(w.t, err)
	line, _, _ := strings.Cut(raw.String(), "\r\n")
	return wired{
		answer: answer{t: w.t, status: resp.StatusCode, header: resp.Header, body: string(body), chunks: resp.TransferEncoding},
		line:   line, raw: raw.String(),
	}
}

// bearer is the head that most requests have.
const bearer = "Host: {host}\nAuthorization: Bearer {token}\n"

// bodyForms are the rest of a request with an object, in all the ways in which clients write it.
func bodyForms(json, form string) map[string]string {
	return map[string]string{
		"JSON":                             "Content-Type: application/json\nContent-Length: {length}\n\n" + json,
		"JSON with charset=UTF-8":          "Content-Type: application/json;charset=UTF-8\nContent-Length: {length}\n\n" + json,
		"JSON with charset=utf-8":          "Content-Type: application/json; charset=utf-8\nContent-Length: {length}\n\n" + json,
		"JSON pretty-printed":              "Content-Type: application/json;charset=UTF-8\nContent-Length: {length}\n\n" + pretty(json),
		"form":                             "Content-Type: application/x-www-form-urlencoded\nContent-Length: {length}\n\n" + form,
		"form with an empty Content-Type":  "Content-Type: \nContent-Length: {length}\n\n" + form,
		"form without a Content-Type":      "Content-Length: {length}\n\n" + form,
		"JSON with an empty Content-Type":  "Content-Type:\nContent-Length: {length}\n\n" + json,
		"form in chunks":                   "Content-Type: application/x-www-form-urlencoded\nTransfer-Encoding: chunked\n\n" + chunk(form) + "0\r\n\r\n",
		"JSON which is said to be a form":  "Content-Type: application/x-www-form-urlencoded\nContent-Length: {length}\n\n" + json,
		"JSON after Expect: 100-continue":  "Expect: 100-continue\nContent-Type: application/json\nContent-Length: {length}\n\n" + json,
		"form with charset=utf-8 and more": "Content-Type: application/x-www-form-urlencoded; charset=utf-8\nContent-Length: {length}\n\n" + form,
	}
}

// pretty writes an object on several lines, as libcmis does.
func pretty(json string) string {
	json = strings.ReplaceAll(json, `":"`, `" : "`)
	return strings.NewReplacer("{", "{\n  ", "}", "\n}\n", `",`, "\",\n  ").Replace(json)
}
