package cove

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html"
	"net/http"
	"regexp"
	"strconv"
	"strings"

	"github.com/covedesk/covedesk/internal/text"
)

// mostSaid is how many characters of a server's text go into an error.
const mostSaid = 500

// quotes prepares a server's text for an error: printable, on one line, without
// secrets.
type quotes struct{ secrets *text.Secrets }

// quoter returns quotes that hide the secrets of a request, because some
// servers repeat the request in an error.
func quoter(password string, sent []byte, header http.Header) quotes {
	known := []string{password, strings.TrimPrefix(header.Get("Authorization"), "Bearer ")}
	var request any
	_ = json.Unmarshal(sent, &request) // cannot fail: it was just marshalled
	return quotes{text.NewSecrets(append(known, secretsIn(request)...)...)}
}

var secretName = regexp.MustCompile(`(?i)password|token|visa|secret`)

// secretsIn returns the texts that are secret by the names of their members.
func secretsIn(v any) []string {
	var found []string
	switch v := v.(type) {
	case []any:
		for _, each := range v {
			found = append(found, secretsIn(each)...)
		}
	case map[string]any:
		for name, each := range v {
			if s, ok := each.(string); ok && secretName.MatchString(name) {
				found = append(found, s)
			}
			found = append(found, secretsIn(each)...)
		}
	}
	return found
}

// message prepares the message of an API error.
func (q quotes) message(said string) string { return q.secrets.Show(cleanMessage(said), mostSaid) }

var htmlTitle = regexp.MustCompile(`(?is)<title[^>]*>(.*?)</title`)

// page describes an answer that is not JSON. It returns "" for JSON, and for an
// answer that says no more than its status.
func (q quotes) page(resp *http.Response, answer []byte) string {
	said := bytes.TrimSpace(answer)
	switch {
	case len(said) == 0 && resp.StatusCode >= http.StatusBadRequest, len(said) > 0 && (said[0] == '{' || said[0] == '['):
		return ""
	case len(said) == 0:
		return "an empty answer"
	case said[0] == '<' || strings.Contains(resp.Header.Get("Content-Type"), "html"):
		if title := htmlTitle.FindSubmatch(said[:min(len(said), 16<<10)]); title != nil {
			return fmt.Sprintf("an HTML page titled %q", q.message(string(title[1])))
		}
		if resp.StatusCode >= http.StatusBadRequest {
			return ""
		}
		return "an HTML page"
	}
	return fmt.Sprintf("the text %q", q.secrets.Show(string(said[:min(len(said), 16<<10)]), 60))
}

// cleanMessage decodes the HTML entities that the API puts in messages.
func cleanMessage(s string) string { return strings.TrimSpace(html.UnescapeString(s)) }

// quoteShort quotes a value for an error message.
func quoteShort(value []byte) string { return strconv.Quote(text.Show(string(value), 60)) }
