package connectwisetest

import (
	"bytes"
	"cmp"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
)

// documentOwners are the record types that a document can be uploaded to. Those
// that the server keeps have a table.
var documentOwners = map[string]string{
	"ticket": "tickets", "company": "companies", "contact": "contacts", "configuration": "configurations", "agreement": "agreements", "expense": "",
	"opportunity": "opportunities", "purchaseorder": "", "project": "projects", "salesorder": "orders", "servicetemplate": "", "rma": "",
}

// attachedTo is the record that a document belongs to.
type attachedTo struct {
	kind string // lower case
	id   int64
}

func (s *Server) documentRoutes() {
	t := s.tables["documents"]
	t.guard = manageDocuments
	list := func(c *call, serve func(source) *response) *response {
		kind := strings.ToLower(c.param("recordType"))
		id, p := c.number("recordId", 0)
		switch {
		case p != nil:
			return p.response()
		case kind == "":
			return invalidObject("document", required("document", "recordType")).response()
		case id == 0:
			return invalidObject("document", required("document", "recordId")).response()
		}
		return c.documentsOf(attachedTo{kind, int64(id)}, serve)
	}
	s.handle(http.MethodGet, "system/documents", func(c *call) *response { return list(c, c.listAll) })
	s.handle(http.MethodGet, "system/documents/count", func(c *call) *response { return list(c, c.count) })
	s.handle(http.MethodPost, "system/documents", s.upload)
	s.handle(http.MethodGet, "system/documents/#", func(c *call) *response { return c.read(t) })
	s.handle(http.MethodPost, "system/documents/#", s.upload)
	s.handle(http.MethodDelete, "system/documents/#", func(c *call) *response { return c.remove(t) })
	s.handle(http.MethodGet, "system/documents/#/download", func(c *call) *response {
		v, p := c.find(t, c.ids[0], inquiring)
		if p != nil {
			return p.response()
		}
		resp := textResponse(http.StatusOK, "application/octet-stream", "")
		resp.body = s.files[v.rec.id]
		resp.header.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": v.str("fileName")}))
		return resp
	})
	s.handleTickets(http.MethodGet, "#/documents", func(c *call) *response {
		return c.documentsOf(attachedTo{"ticket", c.ids[0]}, func(src source) *response { return c.references(src, "DocumentReference") })
	})
	s.handleTickets(http.MethodGet, "#/documents/count", func(c *call) *response {
		return c.documentsOf(attachedTo{"ticket", c.ids[0]}, c.count)
	})
	t.removed = func(v *version, _ *actor) {
		delete(s.files, v.rec.id)
		delete(s.filed, v.rec.id)
	}
}

func (c *call) documentsOf(of attachedTo, serve func(source) *response) *response {
	t := c.s.tables["documents"]
	if c.s.level(c.who, manageDocuments, inquiring) == None {
		return forbidden().response()
	}
	if of.kind == "projectticket" {
		of.kind = "ticket" // their numbers are the same
	}
	if owners := c.s.owners(of); owners != nil {
		if _, p := c.find(owners, of.id, inquiring); p != nil {
			return p.response()
		}
	}
	return serve(source{t: t, records: t.order, keep: func(v *version) bool { return c.s.filed[v.rec.id] == of }})
}

// owners returns the table of the record that a document belongs to, nil for
// records that the server does not keep.
func (s *Server) owners(of attachedTo) *table {
	t := s.tables[documentOwners[of.kind]]
	if t != nil && t.twin != nil && t.twin.get(of.id) != nil {
		return t.twin
	}
	return t
}

// form is the content of a multipart upload. The case of its part names is
// ignored.
type form struct {
	values  map[string]string
	file    []byte
	name    string // name of the file, as it was sent
	hasFile bool
}

// readForm reads a multipart body; other types are refused.
func (c *call) readForm() (form, *problem) {
	f := form{values: map[string]string{}}
	kind, params, _ := mime.ParseMediaType(c.r.Header.Get("Content-Type"))
	if kind != "multipart/form-data" {
		return f, &problem{status: http.StatusUnsupportedMediaType, code: "InvalidObject", message: "The request entity's media type '" + kind + "' is not supported for this resource.", noErrors: true}
	}
	parts := multipart.NewReader(bytes.NewReader(c.body), params["boundary"])
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return f, nil
		}
		var b []byte
		if err == nil {
			b, err = io.ReadAll(part)
		}
		if err != nil {
			return f, badRequest("InvalidObject", "The multipart body cannot be read.")
		}
		switch key := strings.ToLower(part.FormName()); key {
		case "file":
			_, disposition, _ := mime.ParseMediaType(part.Header.Get("Content-Disposition"))
			f.file, f.name, f.hasFile = b, disposition["filename"], true
		case "recordtype", "recordid", "title", "url", "privateflag", "readonlyflag", "readonlyflay", "isavatar":
			f.values[key] = string(b)
		}
	}
}

// upload stores a new document or replaces an old one. The file keeps the name
// that was sent, including any path; a client must clean it.
func (s *Server) upload(c *call) *response {
	f, p := c.readForm()
	if p != nil {
		return p.response()
	}
	t := s.tables["documents"]
	if s.level(c.who, manageDocuments, adding) == None {
		return forbidden().response()
	}
	d := newDraft(t.fresh(0), nil)
	if len(c.ids) > 0 {
		v, p := c.find(t, c.ids[0], editing)
		if p != nil {
			return p.response()
		}
		d = newDraft(v.edit(), v)
	}
	of := s.filed[d.rec.id]
	if d.before == nil || f.values["recordtype"] != "" {
		of = attachedTo{kind: strings.ToLower(f.values["recordtype"])}
		of.id, _ = strconv.ParseInt(f.values["recordid"], 10, 64)
	}
	s.checkOwner(d, of)
	if d.before == nil && !f.hasFile && f.values["url"] == "" {
		d.fail(required("document", "file"))
	}
	s.describe(d, f, c.who.name)
	before := d.before
	v, p := s.save(d, c.who, false)
	if p != nil {
		return p.response()
	}
	s.filed[v.rec.id] = of
	if f.hasFile {
		s.files[v.rec.id] = f.file
	}
	status := cmp.Or(s.sw().UploadStatus, http.StatusCreated)
	if before != nil {
		status = http.StatusOK
	}
	return c.show(status, v)
}

// checkOwner records errors about the record that a document shall belong to.
func (s *Server) checkOwner(d *draft, of attachedTo) {
	_, known := documentOwners[of.kind]
	owners := s.owners(of)
	switch {
	case of.kind == "":
		d.fail(required("document", "recordType"))
	case !known:
		d.fail(fieldProblem{"InvalidField", "The record type " + of.kind + " cannot have documents.", "document", "recordType"})
	case of.id == 0:
		d.fail(required("document", "recordId"))
	case owners != nil && owners.get(of.id) == nil:
		d.fail(fieldProblem{"NotFound", owners.title + " " + strconv.FormatInt(of.id, 10) + " not found", "document", "recordId"})
	}
}

// describe fills the document's record from the parts of a form.
func (s *Server) describe(d *draft, f form, owner string) {
	values, name, hasFile := f.values, f.name, f.hasFile
	title := values["title"]
	if title == "" {
		title = name
	}
	if title != "" {
		d.set("title", title)
	}
	yes := func(key string) bool { b, _ := strconv.ParseBool(strings.ToLower(values[key])); return b }
	if link := values["url"]; link != "" && !hasFile {
		d.set("linkFlag", true)
		d.set("urlFlag", true)
		d.set("fileName", link)
		if u, err := url.Parse(link); err != nil || u.Scheme == "" {
			d.fail(fieldProblem{"InvalidField", "Invalid URL", "document", "url"})
		}
	}
	if hasFile {
		ext := strings.TrimPrefix(strings.ToLower(path.Ext(name)), ".")
		d.set("fileName", name)
		d.set("serverFileName", guid("file", d.rec.id)+path.Ext(name))
		d.set("size", int64(len(f.file)))
		d.set("imageFlag", slices.Contains([]string{"png", "jpg", "jpeg", "gif", "bmp"}, ext))
		d.set("documentType", ref{id: 1, name: ext})
	}
	d.set("publicFlag", !yes("privateflag"))
	d.set("readOnlyFlag", yes("readonlyflag") || yes("readonlyflay"))
	if d.before == nil {
		d.set("guid", guid("document", d.rec.id))
		d.set("createdOnDate", s.now())
		d.set("owner", owner)
	}
}
