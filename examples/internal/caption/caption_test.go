package caption_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/go-liveconnect/liveconnect"
	"github.com/go-liveconnect/liveconnect/examples/internal/caption"
)

func TestCamera(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ maker, model, want string }{
		{"", "", ""},
		{"Canon", "Canon EOS 600D", "Canon EOS 600D"},
		{"NIKON CORPORATION", "NIKON D90", "NIKON D90"},
		{"SONY", "SLT-A77V", "SONY SLT-A77V"},
		{"Nokia", "", "Nokia"},
		{"", "Lumia 1020", "Lumia 1020"},
	} {
		assert.Equal(t, test.want, caption.Camera(&liveconnect.Photo{CameraMake: test.maker, CameraModel: test.model}))
	}
}
