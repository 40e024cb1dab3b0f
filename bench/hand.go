package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"
)

// get is what a program without a library does.
func get(ctx context.Context, client *http.Client, url string, out any) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	resp, err := client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close() //nolint:errcheck // read to its end
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("status %s", resp.Status)
	}
	content, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	return json.Unmarshal(content, out)
}

// stamp is a time as the service writes it.
type stamp struct{ time.Time }

func (s *stamp) UnmarshalJSON(text []byte) error {
	if string(text) == "null" {
		return nil
	}
	parsed, err := time.Parse(`"2006-01-02T15:04:05-0700"`, string(text))
	s.Time = parsed
	return err
}

type list[T any] struct {
	Data   []*T `json:"data"`
	Paging struct {
		Next     string `json:"next"`
		Previous string `json:"previous"`
	} `json:"paging"`
}

type uploaded struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Source string `json:"source"`
}

type photo struct {
	ID   string `json:"id"`
	From struct {
		ID   string `json:"id"`
		Name string `json:"name"`
	} `json:"from"`
	Name            string `json:"name"`
	Description     string `json:"description"`
	ParentID        string `json:"parent_id"`
	Size            int64  `json:"size"`
	UploadLocation  string `json:"upload_location"`
	CommentsCount   int    `json:"comments_count"`
	CommentsEnabled bool   `json:"comments_enabled"`
	IsEmbeddable    bool   `json:"is_embeddable"`
	Link            string `json:"link"`
	Type            string `json:"type"`
	SharedWith      struct {
		Access string `json:"access"`
	} `json:"shared_with"`
	CreatedTime       stamp  `json:"created_time"`
	UpdatedTime       stamp  `json:"updated_time"`
	ClientUpdatedTime stamp  `json:"client_updated_time"`
	TagsCount         int    `json:"tags_count"`
	TagsEnabled       bool   `json:"tags_enabled"`
	Picture           string `json:"picture"`
	Source            string `json:"source"`
	Images            []struct {
		Height int    `json:"height"`
		Width  int    `json:"width"`
		Source string `json:"source"`
		Type   string `json:"type"`
	} `json:"images"`
	WhenTaken stamp `json:"when_taken"`
	Height    int   `json:"height"`
	Width     int   `json:"width"`
	Location  *struct {
		Latitude  float64 `json:"latitude"`
		Longitude float64 `json:"longitude"`
		Altitude  float64 `json:"altitude"`
	} `json:"location"`
	CameraMake          string  `json:"camera_make"`
	CameraModel         string  `json:"camera_model"`
	FocalRatio          float64 `json:"focal_ratio"`
	FocalLength         float64 `json:"focal_length"`
	ExposureNumerator   float64 `json:"exposure_numerator"`
	ExposureDenominator float64 `json:"exposure_denominator"`
}

// anything is one struct for items of all types.
type anything struct {
	photo
	Count       int    `json:"count"`
	Duration    int64  `json:"duration"`
	Bitrate     int64  `json:"bitrate"`
	Title       string `json:"title"`
	Artist      string `json:"artist"`
	Album       string `json:"album"`
	AlbumArtist string `json:"album_artist"`
	Genre       string `json:"genre"`
}
