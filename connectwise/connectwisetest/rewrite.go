package connectwisetest

import (
	"html"
	"strings"
)

// rewrite changes what the API wrote the way some tenants do: the texts of a
// record, and the reference to a ticket's twin elsewhere.
func (s *Server) rewrite(d *draft, a *actor) {
	sw := s.sw()
	if a.login == nil {
		return
	}
	for _, f := range d.rec.t.schema.fields {
		text, ok := d.vals[f.index].(string)
		if !ok || f.kind != kindString || !d.written[f.name] {
			continue
		}
		if sw.EncodeEntities {
			text = html.EscapeString(html.UnescapeString(text))
		}
		if sw.ReplaceUnsupported {
			text = strings.Map(supported, text)
		}
		d.vals[f.index] = text
	}
	if sw.ExternalXRef == XRefDropped && d.before == nil && d.has("externalXRef") {
		d.set("externalXRef", nil)
	}
}

// supported gives a question mark for letters beyond the first plane, as a
// database column of one byte or two a letter does.
func supported(r rune) rune {
	if r > 0xffff {
		return '?'
	}
	return r
}

// overwriteXRef has another program take the reference of a new ticket.
func (s *Server) overwriteXRef(r *record) {
	d := newDraft(r.cur.edit(), r.cur)
	d.set("externalXRef", "other-tool:"+textOf(r.id))
	_, _ = s.save(d, &actor{name: "othertool", source: "API"}, false)
}

// hidden reports whether answers leave a member out.
func (s *Server) hidden(f *field) bool {
	return f.name == "externalXRef" && s.sw().ExternalXRef == XRefHidden
}
