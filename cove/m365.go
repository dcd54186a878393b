package cove

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"strings"
)

// m365Names are the reporting service's names of the data sources.
var m365Names = []struct {
	source DataSource
	name   string
}{
	{SourceM365Exchange, "Exchange"},
	{SourceM365OneDrive, "OneDrive"},
	{SourceM365SharePoint, "SharePoint"},
	{SourceM365Teams, "Teams"},
}

// m365Sources returns the names of a source, or all names for no source.
func m365Sources(s DataSource) ([]string, error) {
	var names []string
	for _, each := range m365Names {
		if s == 0 || s == each.source {
			names = append(names, each.name)
		}
	}
	if names == nil {
		return nil, fmt.Errorf("cove: %s is no Microsoft 365 service: %w", s.Name(), ErrInvalid)
	}
	return names, nil
}

func m365Source(name string) DataSource {
	for _, each := range m365Names {
		if each.name == name {
			return each.source
		}
	}
	return 0
}

// askM365 calls the reporting service. It is on the host of the Management
// Service, and takes the visa in a header.
func (c *Client) askM365(ctx context.Context, method string, params, result any) error {
	address := *c.base
	address.Path = strings.TrimSuffix(address.Path, "/jsonapi") + "/reporting_api"
	return c.withVisa(ctx, true, func(pass *pass) error {
		header := http.Header{"Authorization": {"Bearer " + pass.token}}
		req := request{Version: "2.0", ID: "1", Method: method, Params: params}
		err := c.post(maxRows(ctx, m365PageSize, 0), c.client, address.String(), method, req, header, func(body []byte) (envelope, error) {
			env, err := (&outer{value: result}).decode(body)
			pass.answered(env.visa)
			return env, err
		})
		if e := (*Error)(nil); errors.As(err, &e) && e.Status == http.StatusUnauthorized {
			e.Data = CodeVisa // this is how a gateway refuses a visa
		}
		return err
	})
}

// m365PageSize is the largest range that other clients are known to ask for.
const m365PageSize = 200

// m365Sessions yields the sessions of a tenant.
func (c *Client) m365Sessions(ctx context.Context, a *Account, q *SessionQuery) iter.Seq2[Session, error] {
	token, err := a.secret()
	if err != nil {
		return failing[Session](err)
	}
	sources, err := m365Sources(q.Source)
	if err != nil {
		return failing[Session](err)
	}
	filter := map[string]any{"SessionTypes": []string{"Backup"}, "DataSources": sources}
	if !q.Since.IsZero() {
		filter["CreatedAfter"] = q.Since.Unix()
	}
	return enumerate("EnumerateSessions", m365PageSize, q.Limit > 0, (*Session).id, func(r listRange) ([]Session, error) {
		answer := rows[sessionWire]{most: r.Size}
		err := c.askM365(ctx, "EnumerateSessions", map[string]any{"accountToken": token, "range": r, "filter": filter}, &answer)
		return each(answer.list, func(w *sessionWire) Session {
			s := w.session()
			// Servers use one of two names for this member, or leave it out.
			s.Source = cmp.Or(m365Source(w.DataSourceType), m365Source(w.DataSource), q.Source)
			return s
		}), err
	})
}

type m365ErrorWire struct {
	ID          int64    `json:"Id"`
	SessionID   int64    `json:"SessionId"`
	Timestamp   unixTime `json:"Timestamp"`
	Count       int64    `json:"Count"`
	Item        string   `json:"Item"`
	Description string   `json:"Description"`
}

func (w *m365ErrorWire) valid() bool { return w.ID != 0 }

func (w *m365ErrorWire) sessionError(source string) SessionError {
	e := SessionError{ID: w.ID, SessionID: w.SessionID, Source: m365Source(source), Item: w.Item, Count: max(w.Count, 1), Time: w.Timestamp.Time}
	var entity string
	e.Text, entity, e.Path = unwrapM365(w.Description)
	e.Item = cmp.Or(e.Item, entity)
	return e
}

// m365Errors returns the errors of a tenant, each once, for the newest session
// that has it.
func (c *Client) m365Errors(ctx context.Context, a *Account, q *SessionErrorQuery) ([]SessionError, error) {
	token, err := a.secret()
	if err != nil {
		return nil, err
	}
	sources, err := m365Sources(q.Source)
	if err != nil {
		return nil, err
	}
	filter := map[string]any{"TimestampFrom": max(q.Since.Unix(), 0)}
	if q.SessionID != 0 {
		filter = map[string]any{"SessionId": q.SessionID, "SessionType": "Backup"}
	}
	var all []SessionError
	for _, source := range sources {
		newest := make(map[[3]string]int) // index by text and item
		for e, err := range enumerate("EnumerateSessionErrors", m365PageSize, q.Limit > 0, (*SessionError).id, func(r listRange) ([]SessionError, error) {
			answer := rows[m365ErrorWire]{most: r.Size}
			err := c.askM365(ctx, "EnumerateSessionErrors", map[string]any{
				"accountToken": token, "dataSourceType": source, "filter": filter, "range": r,
			}, &answer)
			return each(answer.list, func(w *m365ErrorWire) SessionError { return w.sessionError(source) }), err
		}) {
			if err != nil {
				return nil, err
			}
			if e.Time.Before(q.Since) {
				continue
			}
			key := [3]string{e.Text, e.Item, e.Path}
			at, twice := newest[key]
			switch {
			case !twice:
				newest[key] = len(all)
				all = append(all, e)
			case all[at].SessionID < e.SessionID:
				all[at] = e
			}
		}
	}
	return all, nil
}

// unwrapM365 extracts the readable text from a Microsoft 365 description. A
// description is JSON in a text, which often contains an answer of a Microsoft
// service in some other notation.
func unwrapM365(description string) (text, entity, path string) {
	var outer struct {
		Description string `json:"description"`
		Entity      string `json:"entity"`
		Path        string `json:"path"`
	}
	text = description
	if json.Unmarshal([]byte(description), &outer) == nil && outer.Description != "" {
		text = outer.Description
	}
	return strings.TrimSpace(m365Text(text)), outer.Entity, outer.Path
}

func m365Text(text string) string {
	if _, reply, ok := strings.Cut(text, "ReplyBodyError:"); ok {
		if s := member(reply, "ErrorMessage"); s != "" {
			return s
		}
	}
	if s := member(text, "error_description"); s != "" {
		return s
	}
	if inner, ok := afterMember(text, "error"); ok {
		if s := member(inner, "message"); s != "" {
			return s
		}
	}
	if strings.HasPrefix(strings.TrimSpace(text), "{") {
		for _, name := range []string{"ErrorMessage", "errorMessage", "message"} {
			if s := member(text, name); s != "" {
				return s
			}
		}
	}
	return text
}

// member finds name: "value" in a text that resembles JSON, where names may
// lack their quotes, and returns the value.
func member(text, name string) string {
	for {
		rest, ok := afterMember(text, name)
		if !ok {
			return ""
		}
		if strings.HasPrefix(rest, `"`) {
			var b strings.Builder
			for i := 1; i < len(rest); i++ {
				switch rest[i] {
				case '"':
					return strings.TrimSpace(b.String())
				case '\\':
					if i++; i < len(rest) {
						switch rest[i] {
						case 'n', 'r', 't':
							b.WriteByte(' ')
						default:
							b.WriteByte(rest[i])
						}
					}
				default:
					b.WriteByte(rest[i])
				}
			}
			return strings.TrimSpace(b.String()) // the service cut the text off here
		}
		text = rest
	}
}

// afterMember returns what follows the colon of a member.
func afterMember(text, name string) (after string, ok bool) {
	for from := 0; ; {
		i := strings.Index(text[from:], name)
		if i < 0 {
			return "", false
		}
		i += from
		from = i + len(name)
		if i > 0 && isNameByte(text[i-1]) {
			continue
		}
		rest := strings.TrimLeft(strings.TrimLeft(text[from:], `\"'`), " ")
		if value, found := strings.CutPrefix(rest, ":"); found {
			return strings.TrimLeft(value, " \\"), true
		}
	}
}

func isNameByte(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z'
}
