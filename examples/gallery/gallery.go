package main

import (
	"embed"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"net"
	"net/http"
	"strings"

	"github.com/go-liveconnect/liveconnect"
	"github.com/go-liveconnect/liveconnect/examples/internal/caption"
)

//go:embed web
var web embed.FS

// gallery serves the page and what it asks for.
type gallery struct {
	client *liveconnect.Client
	owner  string
	host   string // where it listens
}

func (g *gallery) handler() http.Handler {
	files, err := fs.Sub(web, "web")
	if err != nil {
		panic(err) // not a path
	}
	mux := http.NewServeMux()
	mux.Handle("GET /", http.FileServerFS(files))
	mux.HandleFunc("GET /api/albums", g.albums)
	mux.HandleFunc("GET /api/albums/{id}", g.photos)
	mux.HandleFunc("GET /photos/{id}/{size}", g.picture)
	return g.guard(mux)
}

// guard lets in what was asked for by the address of this server only: a page from elsewhere may have its own name point
// to this machine. It also sees to it that the page loads nothing from anywhere else.
func (g *gallery) guard(next http.Handler) http.Handler {
	_, port, _ := net.SplitHostPort(g.host)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Host != g.host && r.Host != "localhost:"+port {
			http.Error(w, "Open http://"+g.host+"/ instead.", http.StatusMisdirectedRequest)
			return
		}
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cache-Control", "no-cache")
		next.ServeHTTP(w, r)
	})
}

// album is what the page needs of an album.
type album struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	About string `json:"about"`
	Count int    `json:"count"`
	Size  int64  `json:"size"`
}

// photo is what the page needs of a photo.
type photo struct {
	ID       string                `json:"id"`
	Name     string                `json:"name"`
	About    string                `json:"about"`
	Size     int64                 `json:"size"`
	Width    int                   `json:"width"`
	Height   int                   `json:"height"`
	Taken    liveconnect.Time      `json:"taken"` // null if it is not known
	Camera   string                `json:"camera"`
	Location *liveconnect.Location `json:"location"`
	Images   []variant             `json:"images"`
	Comments int                   `json:"comments"`
}

// variant is a size that the service has of a photo.
type variant struct {
	Type   liveconnect.ImageSize `json:"type"`
	Width  int                   `json:"width"`
	Height int                   `json:"height"`
}

func (g *gallery) albums(w http.ResponseWriter, r *http.Request) {
	albums := []album{}
	for a, err := range g.client.Albums.All(r.Context(), liveconnect.Me, nil) {
		if err != nil {
			fail(w, err)
			return
		}
		albums = append(albums, album{a.ID, a.Name, a.Description, a.Count, a.Size})
	}
	reply(w, http.StatusOK, map[string]any{"owner": g.owner, "albums": albums})
}

func (g *gallery) photos(w http.ResponseWriter, r *http.Request) {
	photos := []photo{}
	for p, err := range g.client.Photos.All(r.Context(), r.PathValue("id"), nil) {
		if err != nil {
			fail(w, err)
			return
		}
		photos = append(photos, newPhoto(p))
	}
	reply(w, http.StatusOK, map[string]any{"photos": photos})
}

func newPhoto(p *liveconnect.Photo) photo {
	out := photo{
		ID: p.ID, Name: p.Name, About: p.Description, Size: p.Size, Width: p.Width, Height: p.Height, Taken: p.WhenTaken,
		Camera: caption.Camera(p), Location: p.Location, Comments: p.CommentsCount, Images: []variant{},
	}
	for _, i := range p.Images {
		out.Images = append(out.Images, variant{i.Type, i.Width, i.Height})
	}
	return out
}

// picture passes on a photo in one of its sizes. The service's own address of it needs no token and is good for an hour:
// it is not given away.
func (g *gallery) picture(w http.ResponseWriter, r *http.Request) {
	picture, err := g.client.Photos.Picture(r.Context(), r.PathValue("id"), liveconnect.ImageSize(r.PathValue("size")))
	if err != nil {
		fail(w, err)
		return
	}
	defer picture.Close() //nolint:errcheck // it was read, or failed
	if !strings.HasPrefix(picture.ContentType, "image/") {
		http.Error(w, "This is not a picture.", http.StatusBadGateway)
		return
	}
	w.Header().Set("Content-Type", picture.ContentType)
	w.Header().Set("Cache-Control", "private, max-age=3600")
	_, _ = io.Copy(w, picture) // fails when the browser has gone on
}

// fail tells the page what went wrong.
func fail(w http.ResponseWriter, err error) {
	status := http.StatusBadGateway
	switch {
	case errors.Is(err, liveconnect.ErrNotFound):
		status = http.StatusNotFound
	case errors.Is(err, liveconnect.ErrInvalidArgument), errors.Is(err, liveconnect.ErrBadRequest):
		status = http.StatusBadRequest
	case errors.Is(err, liveconnect.ErrUnauthorized), errors.Is(err, liveconnect.ErrForbidden):
		status = http.StatusForbidden
	}
	reply(w, status, map[string]string{"error": err.Error()})
}

func reply(w http.ResponseWriter, status int, answer any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(answer) // fails when the browser is gone
}
