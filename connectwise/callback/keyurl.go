package callback

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"

	"github.com/covedesk/covedesk/internal/transport"
)

// keyPath is the path of signing keys, below the codebase of the tenant. Other
// paths of the same hosts may hold content of other people.
var keyPath = regexp.MustCompile(`(?i)^(/v[0-9][0-9._a-z]{0,30})?//?system/callbackkey/index\.rails$`)

// maxKeyURL is the length of the longest key URL that is accepted, in bytes.
const maxKeyURL = 500

// keyURL is the URL of a signing key.
type keyURL struct {
	*url.URL
	id string // the same for all spellings of the URL
}

// parseKeyURL reads a key's URL and checks all of it except the host. It
// removes everything that does not select the key, because forged deliveries
// could otherwise make a thousand different URLs of one key.
func parseKeyURL(s, company string) (keyURL, error) {
	if len(s) > maxKeyURL {
		return keyURL{}, errors.New("its key URL is too long")
	}
	u, err := url.Parse(s)
	switch {
	case err != nil:
		return keyURL{}, errors.New("its key URL cannot be read")
	case u.User != nil || u.Fragment != "" || u.Opaque != "":
		return keyURL{}, errors.New("its key URL has parts that it must not have")
	case !keyPath.MatchString(u.EscapedPath()):
		return keyURL{}, fmt.Errorf("its key is at %s", show(u.Path))
	}
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return keyURL{}, errors.New("its key URL has a query that cannot be read")
	}
	names, ids := values(query, "companyName"), values(query, "id")
	if len(names) != 1 || !strings.EqualFold(names[0], company) {
		return keyURL{}, fmt.Errorf("its key is that of the companies %s", show(strings.Join(names, ", ")))
	}
	if len(ids) > 1 {
		return keyURL{}, errors.New("its key URL has several ids")
	}
	out := &url.URL{Scheme: strings.ToLower(u.Scheme), Host: u.Host, Path: u.Path, RawQuery: "companyName=" + url.QueryEscape(names[0])}
	if len(ids) == 1 {
		out.RawQuery += "&id=" + url.QueryEscape(ids[0])
	}
	path := strings.ReplaceAll(out.Path, "//", "/")
	return keyURL{out, strings.ToLower(transport.Address(out) + path + "?" + out.RawQuery)}, nil
}

// values returns all values of a parameter. The service desk ignores the case
// of parameter names, and may use any value of several.
func values(query url.Values, name string) []string {
	var out []string
	for given, v := range query {
		if strings.EqualFold(given, name) {
			out = append(out, v...)
		}
	}
	return out
}
