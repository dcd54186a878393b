package connectwise

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/covedesk/covedesk/internal/text"
	"github.com/covedesk/covedesk/internal/transport"
)

// DocumentsService is system/documents: files and links attached to records.
// Reading them needs the permission Companies, Manage Documents.
type DocumentsService struct {
	c *Client
}

// Of returns the documents of a record. The recordType is Ticket, Company,
// Configuration, Contact, Agreement or another type. The methods Get, Delete,
// List and Count work. The API has no list of all documents.
func (s *DocumentsService) Of(recordType string, recordID int64) *Collection[Document] {
	return NewCollection[Document](s.c, "system/documents").
		fixed(url.Values{"recordType": {recordType}, "recordId": {itoa(recordID)}})
}

// Get reads what is known about a document.
func (s *DocumentsService) Get(ctx context.Context, id int64) (*Document, error) {
	return NewCollection[Document](s.c, "system/documents").Get(ctx, id)
}

// Delete removes a document.
func (s *DocumentsService) Delete(ctx context.Context, id int64) error {
	return NewCollection[Document](s.c, "system/documents").Delete(ctx, id)
}

// Upload is a file or link to attach to a record.
type Upload struct {
	RecordType string // Ticket, Agreement, Company, Configuration, Contact, Expense, Opportunity, PurchaseOrder, Project, SalesOrder, ServiceTemplate or Rma
	RecordID   int64
	Title      string    // title that people see; FileName or URL when empty
	FileName   string    // required with File
	File       io.Reader // read once, while it is sent
	URL        string    // attaches a link instead of a file
	Private    bool      // hidden from the portal
	ReadOnly   bool
}

// Create attaches a file or link to a record. It sends the file while reading
// it, whatever its size. It never sends a file twice; if the outcome is
// unknown, the error is [ErrOutcomeUnknown]. It sends the length of a file that
// can seek. It does not close the file, and after an error it may have read a
// part of it.
func (s *DocumentsService) Create(ctx context.Context, upload Upload) (*Document, error) {
	r := request{method: http.MethodPost, path: "system/documents"}
	invalid := func(err error) error { return r.invalid([]FieldError{{Field: "file", Message: err.Error()}}) }
	if wrong := upload.check(); len(wrong) > 0 {
		return nil, r.invalid(wrong)
	}
	head, tail, contentType, err := upload.frame()
	if err != nil {
		return nil, invalid(err)
	}
	length := int64(len(head) + len(tail))
	if upload.File != nil {
		size, err := remaining(upload.File)
		switch {
		case err != nil:
			return nil, invalid(err)
		case size < 0:
			length = -1
		default:
			length += size
		}
	}
	sent := false
	a, err := s.c.routed(ctx, func(base string) (*answer, error) {
		if sent && upload.File != nil {
			// The file has been read in part and cannot be read again.
			return nil, &Error{Method: r.method, Path: r.path, Message: "the API has moved meanwhile; send the file again", classes: []error{ErrServer}}
		}
		sent = true
		body := io.MultiReader(bytes.NewReader(head), bytes.NewReader(tail))
		if upload.File != nil {
			body = io.MultiReader(bytes.NewReader(head), upload.File, bytes.NewReader(tail))
		}
		req, err := http.NewRequestWithContext(ctx, r.method, base+r.path, body)
		if err != nil {
			return nil, fmt.Errorf("connectwise: %w", err)
		}
		req.ContentLength = length
		req.Header.Set("Content-Type", contentType)
		if err := s.c.sign(req); err != nil {
			return nil, err
		}
		a, err := exchange(s.c.http, req)
		if a != nil {
			a.write = true
		}
		return a, err
	})
	if err != nil {
		return nil, err
	}
	return typed[Document](NewCollection[Document](s.c, r.path).stored(a, 0))
}

func (u Upload) check() []FieldError {
	var wrong []FieldError
	add := func(field, message string) { wrong = append(wrong, FieldError{Field: field, Message: message}) }
	if u.RecordType == "" {
		add("recordType", "which kind of record it belongs to is missing")
	}
	if u.RecordID <= 0 {
		add("recordId", fmt.Sprintf("%d is not a record id", u.RecordID))
	}
	switch {
	case (u.File == nil) == (u.URL == ""):
		add("file", "give either a File or a URL")
	case u.File != nil && strings.TrimSpace(u.FileName) == "":
		add("file", "a file needs a FileName")
	case strings.ContainsAny(u.FileName, "\r\n\x00"):
		add("file", "the FileName holds a line break or NUL")
	}
	return wrong
}

// frame returns the parts of the body before and after the file.
func (u Upload) frame() (head, tail []byte, contentType string, err error) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	title := u.Title
	if title == "" {
		title = u.FileName + u.URL
	}
	fields := [][2]string{
		{"recordType", u.RecordType},
		{"recordId", itoa(u.RecordID)},
		{"title", title},
		{"privateFlag", strconv.FormatBool(u.Private)},
		{"readOnlyFlag", strconv.FormatBool(u.ReadOnly)},
	}
	if u.URL != "" {
		fields = append(fields, [2]string{"url", u.URL})
	}
	for _, f := range fields {
		if err := w.WriteField(f[0], f[1]); err != nil {
			return nil, nil, "", err
		}
	}
	if u.File != nil {
		if _, err := w.CreateFormFile("file", u.FileName); err != nil {
			return nil, nil, "", err
		}
	}
	head = bytes.Clone(b.Bytes())
	b.Reset()
	if err := w.Close(); err != nil {
		return nil, nil, "", err
	}
	return head, b.Bytes(), w.FormDataContentType(), nil
}

// remaining returns how many bytes a reader still has, -1 when that is not
// known.
func remaining(r io.Reader) (int64, error) {
	seeker, ok := r.(io.Seeker)
	if !ok {
		return -1, nil
	}
	here, err := seeker.Seek(0, io.SeekCurrent)
	if err != nil {
		return -1, nil //nolint:nilerr // a pipe, which is a file and cannot seek
	}
	end, err := seeker.Seek(0, io.SeekEnd)
	if err != nil {
		return -1, nil //nolint:nilerr // a device, which has no end
	}
	if _, err := seeker.Seek(here, io.SeekStart); err != nil {
		return -1, fmt.Errorf("going back to where the file was: %w", err)
	}
	return end - here, nil
}

// Download is a file that is being downloaded. Close it: until then it counts
// as one of the requests that the client may run at the same time.
type Download struct {
	io.ReadCloser
	// FileName is the name that the uploader gave the file. It is a single path
	// element, without directories and without characters that are invisible or
	// that a file system may refuse. It is "" when the server does not name the
	// file. Do not trust the name: choose the directory yourself, create the
	// file with os.Root or os.O_EXCL, and do not run it.
	FileName string
	Size     int64 // bytes; -1 when the server does not say
}

// Download starts the download of a document's file; the caller reads and
// closes it. The context also bounds the reading. The server does not tell the
// file's type; only its name does.
func (s *DocumentsService) Download(ctx context.Context, id int64) (*Download, error) {
	path, err := NewCollection[Document](s.c, "system/documents").record(http.MethodGet, id)
	if err != nil {
		return nil, err
	}
	var file *Download
	a, err := s.c.routed(ctx, func(base string) (*answer, error) {
		req, err := http.NewRequestWithContext(transport.WithStream(ctx), http.MethodGet, base+path+"/download", nil)
		if err != nil {
			return nil, fmt.Errorf("connectwise: %w", err)
		}
		if err := s.c.sign(req); err != nil {
			return nil, err
		}
		req.Header.Set("Accept", "*/*")
		resp, err := s.c.http.Do(req) //nolint:bodyclose // the caller closes it, or answered reads it
		if err != nil {
			return nil, failed(req, err)
		}
		if name := fileName(resp.Header); resp.StatusCode == http.StatusOK && (name != "" || !isPage(resp.Header)) {
			file = &Download{resp.Body, name, resp.ContentLength}
			resp.Body = nil
			return answered(req, resp, transport.Attempts(resp, nil)), nil
		}
		resp.Body = struct {
			io.Reader
			io.Closer
		}{io.LimitReader(resp.Body, 64<<10), resp.Body}
		return answered(req, resp, transport.Attempts(resp, nil)), nil
	})
	if err != nil {
		return nil, err
	}
	if file == nil {
		return nil, a.unreadable(errors.New("no file"))
	}
	return file, nil
}

func fileName(h http.Header) string {
	_, disposition, _ := mime.ParseMediaType(h.Get("Content-Disposition"))
	return cleanFileName(disposition["filename"])
}

// cleanFileName turns a name from outside into a single path element that is
// valid on every system.
func cleanFileName(name string) string {
	name = text.Line(strings.ReplaceAll(name, "\x00", "_"))
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`<>:"|?*`, r) {
			return '_'
		}
		return r
	}, name)
	const most = 255 // bytes, the limit of common file systems
	for limit := most; len(name) > most; limit-- {
		name = text.Cut(name, limit)
	}
	return strings.Trim(name, ". ")
}

// isPage reports whether an answer without a file name is not a file but a
// page, such as a login page, or JSON.
func isPage(h http.Header) bool {
	kind, _, _ := mime.ParseMediaType(h.Get("Content-Type"))
	return kind == "text/html" || strings.HasSuffix(kind, "json")
}
