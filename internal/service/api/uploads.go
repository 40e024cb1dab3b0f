package api

import (
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"strings"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
	"github.com/go-liveconnect/liveconnect/internal/service/wire"
)

// maxUpload is the documented limit of a file sent in one request.
const maxUpload = 100 << 20

// uploadFolder is the folder that a file is to go to.
func uploadFolder(c *call) (backend.Item, error) {
	folder, err := ownItem(c)
	if err != nil {
		return backend.Item{}, err
	}
	if !folder.Kind.IsFolder() {
		return backend.Item{}, wire.NoSubPath(folder.Kind, "files")
	}
	return folder, nil
}

// readOverwrite reads the parameter of that name, which official SDKs and other clients write in every letter case, and
// the request header that one edition of the documents has in its place.
func readOverwrite(c *call) (backend.Overwrite, error) {
	raw, ok := c.Params().Lookup("overwrite")
	if !ok || raw == "" {
		raw = c.R.Header.Get("Overwrite")
	}
	switch strings.ToLower(raw) {
	case "", "true":
		return backend.OverwriteReplace, nil
	case "false":
		return backend.OverwriteFail, nil
	case "choosenewname":
		return backend.OverwriteNewName, nil
	}
	return 0, wire.BadParameter("overwrite", "one of these: true, false, ChooseNewName")
}

// readDownsize reads whether photos are to be made smaller. SDKs write the word in every letter case.
func readDownsize(c *call) (bool, error) {
	switch strings.ToLower(c.Params().Get("downsize_photo_uploads")) {
	case "", "true":
		return true, nil
	case "false":
		return false, nil
	}
	return false, wire.BadParameter("downsize_photo_uploads", "one of these: true, false")
}

func writeOptions(c *call) (backend.WriteOptions, error) {
	overwrite, err := readOverwrite(c)
	if err != nil {
		return backend.WriteOptions{}, err
	}
	downsize, err := readDownsize(c)
	return backend.WriteOptions{By: c.grant.User, Overwrite: overwrite, Downsize: downsize}, err
}

// putFile stores the body under the name in the path: PUT /FOLDER/files/NAME, which upload_location + NAME is too.
func putFile(c *call) (reply, error) {
	folder, err := uploadFolder(c)
	if err != nil {
		return reply{}, err
	}
	content, err := wire.BodyReader(c.R, maxUpload)
	if err != nil {
		return reply{}, err
	}
	return storeFile(c, folder, c.fileName, content, max(c.R.ContentLength, 0))
}

// storeFile stores what comes; a length of zero is not known.
func storeFile(c *call, folder backend.Item, name string, content io.Reader, length int64) (reply, error) {
	if err := wire.CheckFileName(name); err != nil {
		return reply{}, err
	}
	opts, err := writeOptions(c)
	if err != nil {
		return reply{}, err
	}
	opts.Length = length
	item, created, err := c.h.Accounts.WriteFile(c.Context(), folder.Ref, name, content, opts)
	return uploaded(c, item, created), err
}

// uploaded is the stub that an upload answers.
func uploaded(c *call, item backend.Item, created bool) reply {
	out := reply{body: uploadJSON{ID: wire.ItemID(item), Name: item.Name, Source: c.h.Links.File(c.Call, item)}}
	if created {
		out.status, out.location = http.StatusCreated, c.url(wire.ItemID(item)+"/")
	}
	return out
}

// putContent replaces a file's bytes: PUT /FILE/content, which is the file's upload_location. overwrite has no
// meaning here.
func putContent(c *call) (reply, error) {
	item, err := ownItem(c)
	if err != nil {
		return reply{}, err
	}
	if item.Kind.IsFolder() || item.Kind == backend.KindNotebook {
		return reply{}, wire.NoSubPath(item.Kind, "content")
	}
	content, err := wire.BodyReader(c.R, maxUpload)
	if err != nil {
		return reply{}, err
	}
	downsize, err := readDownsize(c)
	if err != nil {
		return reply{}, err
	}
	opts := backend.WriteOptions{By: c.grant.User, Downsize: downsize, Length: max(c.R.ContentLength, 0)}
	item, err = c.h.Accounts.ReplaceContent(c.Context(), item.Ref, content, opts)
	return uploaded(c, item, false), err
}

// postFile stores the one part of a multipart body. With state and redirect_uri the answer is a page for the browser
// whose form it was, and so is an error.
func postFile(c *call) (reply, error) {
	page, err := uploadRedirect(c)
	if err != nil {
		return reply{}, err
	}
	if page == nil {
		return postPart(c)
	}
	answer, err := postPart(c)
	if err != nil {
		// A page that waits in a frame learns of an error in no other way. What the service did is not recorded.
		failure := wire.AsError(err, c.resourceName())
		c.Code = failure.Code
		answer.body = failure.Body()
	}
	return page.reply(answer.body)
}

func postPart(c *call) (reply, error) {
	folder, err := uploadFolder(c)
	if err != nil {
		return reply{}, err
	}
	part, name, err := filePart(c, maxUpload, false)
	if err != nil {
		return reply{}, err
	}
	return storeFile(c, folder, name, part, 0)
}

// filePart opens the file of a multipart body. The documents call its part "file" and want no other; what clients call
// it was never checked. Fields beside it are let pass, since hello.js sends what else it was told as such.
// A file that needs no name may come without: then it must be in the part of that name.
func filePart(c *call, limit int64, nameless bool) (content io.Reader, name string, err error) {
	_, params, err := mime.ParseMediaType(c.R.Header.Get("Content-Type"))
	if err != nil || !wire.IsMultipart(c.R) || params["boundary"] == "" {
		return nil, "", wire.NewError(http.StatusUnsupportedMediaType, wire.CodeParameterInvalid,
			"The request entity body must be of the media type multipart/form-data.")
	}
	// Some room for the part's own header: the limit is for the file.
	src, err := wire.BodyReader(c.R, limit+1<<16)
	if err != nil {
		return nil, "", err
	}
	parts := multipart.NewReader(src, params["boundary"])
	for {
		part, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) {
			return nil, "", wire.BadBody("It must have one part with a Content-Disposition that has a filename.")
		}
		if err != nil {
			return nil, "", partError(err)
		}
		if name = fileName(part); name != "" || nameless && part.FormName() == "file" {
			return wire.LimitReader(&onlyPart{part, parts}, limit), name, nil
		}
	}
}

// fileName is that of a part, or empty for a field of a form. It is not part.FileName(), which cuts off what stands in
// front of a slash and so would hide a bad name.
func fileName(part *multipart.Part) string {
	_, fields, err := mime.ParseMediaType(part.Header.Get("Content-Disposition"))
	if err != nil {
		return ""
	}
	return fields["filename"]
}

// onlyPart reads a part and then makes sure that the body ends as it should: with the closing boundary, and without
// another file. Only then does the writer see the end, so a body that was cut off changes nothing.
type onlyPart struct {
	part *multipart.Part
	rest *multipart.Reader
}

func (p *onlyPart) Read(buf []byte) (int, error) {
	n, err := p.part.Read(buf)
	if err == nil {
		return n, nil
	}
	if !errors.Is(err, io.EOF) {
		return n, partError(err)
	}
	for {
		next, err := p.rest.NextRawPart()
		switch {
		case errors.Is(err, io.EOF):
			return n, io.EOF
		case err != nil:
			return n, partError(err)
		case fileName(next) != "":
			return n, wire.BadBody("It must have one file only.")
		}
	}
}

// partError tells a malformed multipart body from one that was cut off or too large.
func partError(err error) error {
	var api *wire.Error
	if errors.As(err, &api) || errors.Is(err, io.ErrUnexpectedEOF) {
		return err
	}
	if strings.Contains(err.Error(), "unexpected EOF") || errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return wire.BadBody("It isn't well-formed multipart.")
}
