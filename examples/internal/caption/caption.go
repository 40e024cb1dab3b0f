// Package caption says in words what is known of photos.
package caption

import (
	"strings"

	"github.com/go-liveconnect/liveconnect"
)

// Camera is what a photo was taken with. Some cameras put the name of their maker into that of the model, or a part of
// it; then the model says it all.
func Camera(p *liveconnect.Photo) string {
	maker, model := strings.TrimSpace(p.CameraMake), strings.TrimSpace(p.CameraModel)
	first, _, _ := strings.Cut(maker, " ")
	if model != "" && first != "" && strings.HasPrefix(strings.ToLower(model), strings.ToLower(first)) {
		return model
	}
	return strings.TrimSpace(maker + " " + model)
}
