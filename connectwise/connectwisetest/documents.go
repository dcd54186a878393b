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

// documentOwners are the record types a document can be uploaded to; the ones
// the server keeps have a table.
var documentOwners = map[string]string{
	"ticket": "tickets", "company": "companies", "contact": "contacts", "configuration": "configurations", "agreement": "", "expense": "",
	"opportunity": "", "purchaseorder": "", "project": "", "salesorder": "", "servicetemplate": "", "rma": "",
}

// attachedTo is the record a document belongs to.
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

// owners is the table of the record a document belongs to, nil for records the
// server does not keep.
func (s *Server) owners(of attachedTo) *table {
	t := s.tables[documentOwners[of.kind]]
	if t != nil && t.twin != nil && t.twin.get(of.id) != nil {
		return t.twin
	}
	return t
}

// upload stores a new document or replaces an old one. It takes multipart
// forms only; the names of the parts count without case.
func (s *Server) upload(c *call) *response {
	kind, params, _ := mime.ParseMediaType(c.r.Header.Get("Content-Type"))
	if kind != "multipart/form-data" {
		return (&problem{status: http.StatusUnsupportedMediaType, code: "InvalidObject", message: "The request entity's media type '" + kind + "' is not supported for this resource.", noErrors: true}).response()
	}
	t := s.tables["documents"]
	if s.level(c.who, manageDocuments, adding) == None {
		return forbidden().response()
	}
	values := map[string]string{}
	var file []byte
	name, hasFile := "", false
	form := multipart.NewReader(bytes.NewReader(c.body), params["boundary"])
	for {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return badRequest("InvalidObject", "The multipart body cannot be read.").response()
		}
		b, err := io.ReadAll(part)
		if err != nil {
			return badRequest("InvalidObject", "The multipart body cannot be read.").response()
		}
		key := strings.ToLower(part.FormName())
		switch key {
		case "file":
			file, name, hasFile = b, part.FileName(), true
		case "recordtype", "recordid", "title", "url", "privateflag", "readonlyflag", "readonlyflay", "isavatar":
			values[key] = string(b)
		}
	}
	var before *version
	d := newDraft(t.fresh(0), nil)
	if len(c.ids) > 0 {
		v, p := c.find(t, c.ids[0], editing)
		if p != nil {
			return p.response()
		}
		before = v
		d = newDraft(v.edit(), v)
	}
	of := s.filed[d.rec.id]
	if before == nil || values["recordtype"] != "" {
		of = attachedTo{kind: strings.ToLower(values["recordtype"])}
		of.id, _ = strconv.ParseInt(values["recordid"], 10, 64)
	}
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
		d.fail(fieldProblem{"NotFound", owners.title + " " + values["recordid"] + " not found", "document", "recordId"})
	}
	if before == nil && !hasFile && values["url"] == "" {
		d.fail(required("document", "file"))
	}
	s.describe(d, values, name, int64(len(file)), hasFile, c.who.name)
	v, p := s.save(d, c.who, false)
	if p != nil {
		return p.response()
	}
	s.filed[v.rec.id] = of
	if hasFile {
		s.files[v.rec.id] = file
	}
	status := cmp.Or(s.cfg.Switches.UploadStatus, http.StatusCreated)
	if before != nil {
		status = http.StatusOK
	}
	return c.show(status, v)
}

// describe fills the document's record from the parts of a form.
func (s *Server) describe(d *draft, values map[string]string, name string, size int64, hasFile bool, owner string) {
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
		d.set("size", size)
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
