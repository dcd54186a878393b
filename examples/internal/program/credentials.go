package program

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"

	"github.com/zalando/go-keyring"

	"github.com/covedesk/covedesk/connectwise"
)

// The variables with the credentials.
var (
	Cove        = []string{"COVE_PARTNER", "COVE_USERNAME", "COVE_PASSWORD"}
	ConnectWise = []string{"CWM_SITE", "CWM_COMPANY", "CWM_PUBLIC_KEY", "CWM_PRIVATE_KEY", "CWM_CLIENT_ID"}
)

// CoveURL is the variable with another address of Cove, a region or a test server.
// It may be left out.
const CoveURL = "COVE_URL"

// keyringService is the name under which a keyring keeps our entries.
const keyringService = "covedesk"

// Credentials are the values of variables. Printing them does not show the
// values.
type Credentials struct {
	// Source says where the credentials come from.
	Source string
	values map[string]string
}

// Get returns the value of a variable, "" if it is missing.
func (c Credentials) Get(name string) string { return c.values[name] }

// Format implements fmt.Formatter: no verb shows a value.
func (c Credentials) Format(f fmt.State, _ rune) {
	_, _ = fmt.Fprintf(f, "credentials from %s", c.Source)
}

// ConnectWise returns the credentials of the service desk.
func (c Credentials) ConnectWise() connectwise.Credentials {
	return connectwise.Credentials{
		Site: c.Get("CWM_SITE"), Company: c.Get("CWM_COMPANY"), PublicKey: c.Get("CWM_PUBLIC_KEY"),
		PrivateKey: c.Get("CWM_PRIVATE_KEY"), ClientID: c.Get("CWM_CLIENT_ID"),
	}
}

// source is a place where credentials may be.
type source struct {
	name string
	get  func(variable string) (value string, found bool, err error)
}

// Credentials returns the named variables, and CoveURL if it is set, all from
// one place: the environment, or else the file (see [Program.CredentialsFile]),
// or else the system's keyring. A place that has some but not all of them is an
// error, because incomplete credentials are a mistake.
func (p *Program) Credentials(names ...string) (Credentials, error) {
	file := p.CredentialsFile()
	var looked []string
	for _, source := range []source{
		{"the environment", func(name string) (string, bool, error) {
			value, found := p.Lookup(name)
			return value, found, nil
		}},
		{"the file " + file, fileSource(file, p.env("CREDENTIALS_DIRECTORY"))},
		{"the system's keyring", fromKeyring},
	} {
		found, err := source.read(names)
		if err != nil {
			return Credentials{}, End(Wrong, err)
		}
		if found.values != nil {
			return found, nil
		}
		looked = append(looked, source.name)
	}
	return Credentials{}, End(Wrong, fmt.Errorf("no credentials: %s are neither in %s", strings.Join(names, ", "), strings.Join(looked, " nor in ")))
}

// read reads the variables from a source; values is nil if it has none.
func (s source) read(names []string) (Credentials, error) {
	found := Credentials{Source: s.name}
	asked := names
	if slices.Contains(names, Cove[0]) {
		asked = append(slices.Clone(names), CoveURL)
	}
	var missing []string
	some := false
	values := map[string]string{}
	for _, name := range asked {
		value, there, err := s.get(name)
		if err != nil {
			return found, fmt.Errorf("credentials from %s: %w", s.name, err)
		}
		// An empty variable counts as set, because it is probably a mistake.
		some = some || there
		if value = strings.TrimSpace(value); value != "" {
			values[name] = value
		} else if name != CoveURL {
			missing = append(missing, name)
		}
	}
	switch {
	case some && len(missing) > 0:
		return found, fmt.Errorf("only some of the credentials are in %s: %s missing or empty", s.name, strings.Join(missing, ", "))
	case some:
		found.values = values
	}
	return found, nil
}

// CredentialsFile returns the path of the file with credentials: the value of
// COVEDESK_CREDENTIALS, or "covedesk" in systemd's CREDENTIALS_DIRECTORY, or
// "credentials" in the program's folder; "" if there is no such folder. Its
// lines are NAME=value, blank, or begin with #. Only its owner may read it.
func (p *Program) CredentialsFile() string {
	if path := p.env("COVEDESK_CREDENTIALS"); path != "" {
		return path
	}
	if folder := p.env("CREDENTIALS_DIRECTORY"); folder != "" {
		return filepath.Join(folder, "covedesk")
	}
	if p.Folder == "" {
		return ""
	}
	return filepath.Join(p.Folder, "credentials")
}

// fileSource reads variables from a file, which it opens at the first use. A
// missing file has no variables. Permissions are not checked for systemd's
// file, because systemd protects its folder in another way.
func fileSource(path, systemd string) func(string) (string, bool, error) {
	var values map[string]string
	return func(name string) (string, bool, error) {
		if values == nil {
			guarded := runtime.GOOS == "windows" || systemd != "" && filepath.Dir(path) == filepath.Clean(systemd)
			read, err := readCredentials(path, guarded)
			if err != nil {
				return "", false, err
			}
			values = read
		}
		value, found := values[name]
		return value, found, nil
	}
}

var variable = regexp.MustCompile(`^[A-Z][A-Z0-9_]*$`)

func readCredentials(path string, guarded bool) (map[string]string, error) {
	values := map[string]string{}
	info, err := os.Stat(path)
	if path == "" || errors.Is(err, fs.ErrNotExist) {
		return values, nil
	}
	if err != nil {
		return nil, err
	}
	if mode := info.Mode().Perm(); !guarded && mode&0o077 != 0 {
		return nil, fmt.Errorf("others may read it (mode %04o); chmod 600 makes it yours alone", mode)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	n := 0
	for line := range strings.Lines(strings.TrimPrefix(string(data), "\ufeff")) {
		n++
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		// A wrong line may hold a secret, so it is not shown.
		name, value, found := strings.Cut(line, "=")
		name = strings.TrimSpace(name)
		if _, twice := values[name]; !found || twice || !variable.MatchString(name) {
			return nil, fmt.Errorf("line %d: want NAME=value, each name once", n)
		}
		values[name] = strings.TrimSpace(value)
	}
	return values, nil
}

// fromKeyring reads from the system's keyring. A machine without a keyring is
// not an error.
func fromKeyring(name string) (string, bool, error) {
	value, err := keyring.Get(keyringService, name)
	return value, err == nil, nil
}

// Store puts credentials into the system's keyring.
func (c Credentials) Store() error {
	for name, value := range c.values {
		if err := keyring.Set(keyringService, name, value); err != nil {
			_ = Forget(slices.Collect(maps.Keys(c.values))...) // do not leave incomplete credentials
			return End(Wrong, fmt.Errorf("the system's keyring did not take %s: %w", name, err))
		}
	}
	return nil
}

// Forget removes the named variables, and CoveURL, from the system's keyring.
func Forget(names ...string) error {
	for _, name := range append(slices.Clone(names), CoveURL) {
		if err := keyring.Delete(keyringService, name); err != nil && !errors.Is(err, keyring.ErrNotFound) {
			return End(Wrong, fmt.Errorf("the system's keyring did not give up %s: %w", name, err))
		}
	}
	return nil
}
