package liveconnect

import (
	"bytes"
	"encoding/json"
	"reflect"
	"sync"

	"github.com/go-liveconnect/liveconnect/internal/jsonscan"
)

// Answers are read by code that is generated for every object (decode_generated.go): in one pass, without reflection.
// Where an answer is not what that code expects, encoding/json reads the object that it is not sure of, or the whole
// answer, so that the result is always that of encoding/json. Without the generated file, encoding/json reads
// everything.

//go:generate go run ./internal/decodegen

// generated has the method of generatedDecoder if the generated file is there.
type generated struct{}

type generatedDecoder interface {
	// read reads an answer into out. It does nothing, and returns false, if it does not know out's type.
	read(d *jsonscan.Decoder, out any) bool
}

// decoders read answers with the generated code.
type decoders struct{ idle sync.Pool }

// read decodes an answer, and reports whether it could. If not, out is as before. An answer that may be an error object is
// not read.
func (p *decoders) read(content []byte, out any) bool {
	d, ok := p.idle.Get().(*jsonscan.Decoder)
	if !ok {
		d = new(jsonscan.Decoder)
	}
	defer p.idle.Put(d)
	return readGenerated(d, content, out)
}

func readGenerated(d *jsonscan.Decoder, content []byte, out any) bool {
	decoder, ok := any(generated{}).(generatedDecoder)
	if !ok || !bytes.HasPrefix(content, []byte("{")) {
		return false
	}
	to := reflect.ValueOf(out)
	if to.Kind() != reflect.Pointer || to.IsNil() || !to.Elem().IsZero() {
		return false // what a caller of Do has filled in is for encoding/json to keep or to replace
	}
	d.Reset(content)
	defer d.Reset(nil)
	if !decoder.read(d, out) {
		return false
	}
	if !d.End() {
		to.Elem().SetZero()
		return false
	}
	return true
}

// readPage reads a list.
func readPage[W any](d *jsonscan.Decoder, page *wirePage[W], read func(*jsonscan.Decoder, *W)) {
	var seen jsonscan.Seen
	for more := d.Object(); more; more = d.Member() {
		switch string(d.Name()) {
		case "data":
			d.Once(&seen, 0)
			page.Data = readObjects(d, read)
		case "paging":
			d.Once(&seen, 1)
			readPaging(d, page)
		case "error":
			d.Fail()
		default:
			d.Other()
		}
	}
	if page.Data == nil {
		d.Fail() // for UnmarshalJSON to judge
	}
}

func readPaging[W any](d *jsonscan.Decoder, page *wirePage[W]) {
	var seen jsonscan.Seen
	for more := d.Object(); more; more = d.Member() {
		switch string(d.Name()) {
		case "next":
			d.Once(&seen, 0)
			page.Paging.Next = d.String()
		case "previous":
			d.Once(&seen, 1)
			page.Paging.Previous = d.String()
		default:
			d.Other()
		}
	}
}

// readObjects reads the objects of a list. encoding/json reads those that are not what is expected, and only those.
func readObjects[W any](d *jsonscan.Decoder, read func(*jsonscan.Decoder, *W)) []*W {
	if d.Null() {
		return nil
	}
	objects := []*W{}
	for more := d.Array(); more; more = d.Element() {
		if d.Null() {
			objects = append(objects, nil)
			continue
		}
		start := d.Start()
		object := new(W)
		read(d, object)
		if d.Failed() {
			object = new(W)
			if text := d.Again(start); text == nil || unmarshal(text, object) != nil {
				d.Fail()
				return nil
			}
		}
		if len(objects) == 0 {
			objects = make([]*W, 0, min(1+d.Left()/len(d.Since(start)), 1000))
		}
		objects = append(objects, object)
	}
	return objects
}

// readSlice reads an array within an object.
func readSlice[T any](d *jsonscan.Decoder, to *[]T, read func(*jsonscan.Decoder, *T)) {
	if d.Null() {
		return
	}
	values := []T{}
	for more := d.Array(); more; more = d.Element() {
		if len(values) == 0 {
			values = make([]T, 0, 4) // as many as there are images of a photo
		}
		values = append(values, *new(T))
		read(d, &values[len(values)-1])
	}
	*to = values
}

func readString(d *jsonscan.Decoder, to *string) { *to = d.String() }

// readJSON reads a value that knows how to read itself.
func readJSON(d *jsonscan.Decoder, to json.Unmarshaler) {
	if text := d.Value(); text == nil || to.UnmarshalJSON(text) != nil {
		d.Fail()
	}
}
