package connectwise

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"strings"

	"github.com/covedesk/covedesk/internal/transport"
)

// Credentials say which ConnectWise PSA to talk to, and as which member.
//
// Printing, logging or encoding credentials never shows the secrets, with one
// exception: fmt cannot call their methods in an unexported field of another
// struct, so printing that struct shows the keys. Let the field be a pointer,
// or keep a [Client], which never shows them.
type Credentials struct {
	// Site is the login host ("na.myconnectwise.net"), the API host
	// ("api-na.myconnectwise.net") or the host of an on-premises server, with
	// an optional port. It may have a scheme; http is accepted for loopback
	// addresses only.
	Site string
	// Company is the company id of the login page.
	Company string
	// PublicKey and PrivateKey are the keys of an API member (System,
	// Members, API Members, API Keys) or of a member (My Account, API Keys).
	PublicKey  string
	PrivateKey string
	// ClientID is the GUID issued by developer.connectwise.com that every
	// call must carry.
	ClientID string
}

// String names site, company and public key, never the secrets.
func (c Credentials) String() string {
	return fmt.Sprintf("connectwise.Credentials{Site:%q Company:%q PublicKey:%q PrivateKey:%s ClientID:%s}",
		c.Site, c.Company, c.PublicKey, NewSecret(c.PrivateKey), NewSecret(c.ClientID))
}

// Format writes String for every verb.
func (c Credentials) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, c.String()) }

// MarshalText returns String, for JSON and XML.
func (c Credentials) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// GobEncode always returns an error, because encoded credentials would be
// readable.
func (c Credentials) GobEncode() ([]byte, error) { return nil, errSecret }

// LogValue returns site, company and public key for slog.
func (c Credentials) LogValue() slog.Value {
	return slog.GroupValue(slog.String("site", c.Site), slog.String("company", c.Company), slog.String("publicKey", c.PublicKey))
}

// cleaned returns the credentials without the blanks and invisible characters
// around them.
func (c Credentials) cleaned() (Credentials, error) {
	for _, f := range []struct {
		name  string
		value *string
	}{{"Site", &c.Site}, {"Company", &c.Company}, {"PublicKey", &c.PublicKey}, {"PrivateKey", &c.PrivateKey}, {"ClientID", &c.ClientID}} {
		var err error
		if *f.value, err = transport.Pasted(f.name, *f.value); err != nil {
			return c, fmt.Errorf("connectwise: credentials: %w", err)
		}
	}
	return c, nil
}

// check returns an error that names all missing fields.
func (c Credentials) check(needSite bool) error {
	var missing []string
	for _, f := range [][2]string{{"Site", c.Site}, {"Company", c.Company}, {"PublicKey", c.PublicKey}, {"PrivateKey", c.PrivateKey}, {"ClientID", c.ClientID}} {
		if f[1] == "" && (needSite || f[0] != "Site") {
			missing = append(missing, f[0])
		}
	}
	if len(missing) > 0 {
		return fmt.Errorf("connectwise: credentials lack %s", strings.Join(missing, ", "))
	}
	if strings.ContainsAny(c.Company, "+:") {
		return errors.New("connectwise: + and : cannot stand in a company id")
	}
	return nil
}

// parseHost reads scheme, host and port of a site or base URL. It ignores a
// path such as /v4_6_release/apis/3.0, because the client discovers the
// codebase.
func parseHost(site string) (*url.URL, error) {
	u, err := transport.ParseHost(site)
	if err != nil {
		return nil, fmt.Errorf("connectwise: the site: %w", err)
	}
	return &url.URL{Scheme: u.Scheme, Host: u.Host}, nil
}
