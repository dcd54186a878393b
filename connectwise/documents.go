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

	"github.com/covedesk/covedesk/internal/transport"
)

// DocumentsService is system/documents: files and links attached to records.
// Reading them needs the permission Companies, Manage Documents.
type DocumentsService struct {
	c *Client
}

// Of returns the documents of a record: recordType is Ticket, Company,
// Configuration, Contact, Agreement and others. There is no list of all
// documents. Get, Delete, List and Count work.
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
	Title      string    // what people see; FileName or URL when empty
	FileName   string    // required with File
	File       io.Reader // read once, as it is sent
	URL        string    // attaches a link instead of a file
	Private    bool      // hidden from the portal
	ReadOnly   bool
}

// Create attaches a file or link. A file is sent as it is read, however large
// it is, and never sent twice: when that may have gone wrong the error is
// [ErrOutcomeUnknown]. A file that can seek is sent with its length.
func (s *DocumentsService) Create(ctx context.Context, upload Upload) (*Document, error) {
	r := request{method: http.MethodPost, path: "system/documents"}
	if wrong := upload.check(); len(wrong) > 0 {
		return nil, r.invalid(wrong)
	}
	head, tail, contentType, err := upload.frame()
	if err != nil {
		return nil, r.invalid([]FieldError{{Message: err.Error()}})
	}
	base, err := s.c.server.apiBase(ctx, s.c.http)
	if err != nil {
		return nil, err
	}
	parts := []io.Reader{bytes.NewReader(head), bytes.NewReader(tail)}
	length := int64(len(head) + len(tail))
	if upload.File != nil {
		parts = []io.Reader{parts[0], upload.File, parts[1]}
		if size, ok := remaining(upload.File); ok {
			length += size
		} else {
			length = -1
		}
	}
	req, err := http.NewRequestWithContext(ctx, r.method, base+r.path, io.MultiReader(parts...))
	if err != nil {
		return nil, fmt.Errorf("connectwise: %w", err)
	}
	req.ContentLength = length
	req.Header.Set("Content-Type", contentType)
	if err := s.c.sign(req); err != nil {
		return nil, err
	}
	a, err := exchange(s.c.http, req)
	if err != nil {
		return nil, err
	}
	a.write = true
	a.tell(ctx)
	if a.status < 200 || a.status > 299 {
		return nil, a.refused()
	}
	return stored[Document](a, 0)
}

func (u Upload) check() []FieldError {
	var wrong []FieldError
	add := func(field, message string) { wrong = append(wrong, FieldError{Field: field, Message: message}) }
	if u.RecordType == "" {
		add("recordType", "which kind of record it belongs to is missing")
	}
	if u.RecordID <= 0 {
		add("recordId", fmt.Sprintf("%d is no record id", u.RecordID))
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

// frame writes what stands before and after the file.
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

// remaining returns how much a reader still has, when it can say so.
func remaining(r io.Reader) (int64, bool) {
	seeker, ok := r.(io.Seeker)
	if !ok {
		return 0, false
	}
	here, err := seeker.Seek(0, io.SeekCurrent)
	if err != nil {
		return 0, false
	}
	end, err := seeker.Seek(0, io.SeekEnd)
	if err != nil {
		return 0, false
	}
	if _, err := seeker.Seek(here, io.SeekStart); err != nil {
		return 0, false
	}
	return end - here, true
}

// Download is a file on its way. Close it.
type Download struct {
	io.ReadCloser
	FileName string // "" when the server does not say
	Size     int64  // bytes; -1 when the server does not say
}

// Download reads the file of a document as it arrives. The context bounds the
// reading, too. The server does not tell the kind of file; its name does.
func (s *DocumentsService) Download(ctx context.Context, id int64) (*Download, error) {
	path, err := NewCollection[Document](s.c, "system/documents").record(http.MethodGet, id)
	if err != nil {
		return nil, err
	}
	base, err := s.c.server.apiBase(ctx, s.c.http)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(transport.WithStream(ctx), http.MethodGet, base+path+"/download", nil)
	if err != nil {
		return nil, fmt.Errorf("connectwise: %w", err)
	}
	if err := s.c.sign(req); err != nil {
		return nil, err
	}
	req.Header.Set("Accept", "*/*")
	resp, err := s.c.http.Do(req) //nolint:bodyclose // handed on, or read by answered
	if err != nil {
		return nil, failed(req, err)
	}
	_, disposition, _ := mime.ParseMediaType(resp.Header.Get("Content-Disposition"))
	kind, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	page := kind == "text/html" && disposition["filename"] == ""
	if resp.StatusCode == http.StatusOK && !page {
		return &Download{resp.Body, disposition["filename"], resp.ContentLength}, nil
	}
	resp.Body = struct {
		io.Reader
		io.Closer
	}{io.LimitReader(resp.Body, 64<<10), resp.Body}
	a := answered(req, resp, transport.Attempts(resp, nil))
	if resp.StatusCode >= 300 {
		return nil, a.refused()
	}
	return nil, a.unreadable(errors.New("no file"))
}
