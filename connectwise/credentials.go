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

// Credentials say which ConnectWise PSA to talk to and as whom.
//
// Printing, logging or encoding them never shows the secrets. One place is out of
// their reach: fmt calls no method of a value in an unexported field of another
// struct. Keep a pointer there, or a [Client], which shows nothing anywhere.
type Credentials struct {
	// Site is the login host ("na.myconnectwise.net"), the API host
	// ("api-na.myconnectwise.net") or the host of an on-premises server, with
	// a port if need be. It may carry a scheme; http is accepted for the
	// machine's own loopback addresses only.
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

// Format writes String, whatever the verb.
func (c Credentials) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, c.String()) }

// MarshalText returns String, for JSON and XML.
func (c Credentials) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// GobEncode refuses: credentials that were encoded would be readable.
func (c Credentials) GobEncode() ([]byte, error) { return nil, errSecret }

// LogValue shows site, company and public key to slog.
func (c Credentials) LogValue() slog.Value {
	return slog.GroupValue(slog.String("site", c.Site), slog.String("company", c.Company), slog.String("publicKey", c.PublicKey))
}

// cleaned returns the Credentials without what pasting puts around them.
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

// check names everything that is missing at once.
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

// parseHost reads a site or base URL: scheme, host and port, nothing else
// that matters. A path such as /v4_6_release/apis/3.0 that was pasted along
// is ignored, because the codebase is discovered.
func parseHost(site string) (*url.URL, error) {
	u, err := transport.ParseHost(site)
	if err != nil {
		return nil, fmt.Errorf("connectwise: the site: %w", err)
	}
	return &url.URL{Scheme: u.Scheme, Host: u.Host}, nil
}
