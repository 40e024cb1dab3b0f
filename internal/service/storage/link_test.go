package storage

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
)

func TestLinkSigner(t *testing.T) {
	t.Parallel()
	links := NewLinks(time.Now, time.Hour, "")
	l := link{kind: linkPicture, ref: backend.Ref{Owner: "8c8ce076ca27823f", ID: "8C8CE076CA27823F!126"}, box: 96, download: true}
	path := links.path(l, "a b.jpg")
	segment, rest, _ := strings.Cut(path[1:], "/")
	assert.Equal(t, "a%20b.jpg?psid=1&ck=1&ex=720", rest)
	got, err := links.open(segment)
	require.NoError(t, err)
	got.expires = l.expires
	assert.Equal(t, l, got)
	for i := range segment {
		forged := []byte(segment)
		forged[i] ^= 1
		_, err := links.open(string(forged))
		require.Error(t, err, i)
	}
}
