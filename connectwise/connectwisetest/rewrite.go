package connectwisetest

import (
	"html"
	"strings"
)

// rewrite changes a record after a write by the API, as some tenants do: its
// texts, and the externalXRef of a ticket.
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

// supported replaces characters beyond the first Unicode plane by a question
// mark, as a database column with one or two bytes for each character does.
func supported(r rune) rune {
	if r > 0xffff {
		return '?'
	}
	return r
}

// overwriteXRef replaces the externalXRef of a new ticket, as another program
// would.
func (s *Server) overwriteXRef(r *record) {
	d := newDraft(r.cur.edit(), r.cur)
	d.set("externalXRef", "other-tool:"+textOf(r.id))
	_, _ = s.save(d, &actor{name: "othertool", source: "API"}, false)
}

// hidden reports whether answers leave a member out.
func (s *Server) hidden(f *field) bool {
	return f.name == "externalXRef" && s.sw().ExternalXRef == XRefHidden
}
