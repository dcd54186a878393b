package program

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/zalando/go-keyring"
)

var (
	all      = slices.Concat(Cove, ConnectWise)
	complete = map[string]string{
		"COVE_PARTNER": "Example", "COVE_USERNAME": "api", "COVE_PASSWORD": "hush-1", "CWM_SITE": "na.myconnectwise.net",
		"CWM_COMPANY": "example", "CWM_PUBLIC_KEY": "pub", "CWM_PRIVATE_KEY": "hush-2", "CWM_CLIENT_ID": "id",
	}
)

// N9: half of the credentials are never taken for none, wherever they stand.
func TestN9CredentialsAreAllOrNothing(t *testing.T) {
	t.Parallel()
	for name := range complete {
		for _, how := range []string{"missing", "empty", "alone"} {
			values := maps.Clone(complete)
			switch how {
			case "missing":
				delete(values, name)
			case "empty":
				values[name] = " "
			case "alone":
				values = map[string]string{name: complete[name]}
			}
			inFile, _, _ := surroundings(t, nil)
			writeCredentials(t, inFile, values, 0o600)
			fromEnvironment, _, _ := surroundings(t, values)
			for where, p := range map[string]*Program{"environment": fromEnvironment, "file": inFile} {
				_, err := p.Credentials(all...)
				if ExitOf(err) != Wrong || !strings.Contains(err.Error(), where) || strings.Contains(err.Error(), "\n") {
					t.Errorf("%s %s: %v", name, how, err)
					continue
				}
				if strings.Contains(err.Error(), name) == (how == "alone") {
					t.Errorf("%s %s: what is missing is not named: %v", name, how, err)
				}
				if strings.Contains(err.Error(), "hush") {
					t.Errorf("a secret is in the error: %v", err)
				}
			}
		}
	}
	p, _, _ := surroundings(t, map[string]string{CoveURL: "http://127.0.0.1:1"})
	if _, err := p.Credentials(all...); ExitOf(err) != Wrong || !strings.Contains(err.Error(), "COVE_USERNAME") {
		t.Errorf("%s alone: %v", CoveURL, err)
	}
}

func writeCredentials(t *testing.T, p *Program, values map[string]string, mode os.FileMode) {
	t.Helper()
	text := "\ufeff# both services\r\n\n"
	for name, value := range values {
		text += name + " = " + value + "\r\n"
	}
	if err := os.WriteFile(p.CredentialsFile(), []byte(text), mode); err != nil {
		t.Fatal(err)
	}
}

func TestCredentialsSourcesInTheirOrder(t *testing.T) {
	keyring.MockInit() // of the whole process: not parallel
	with := func(partner string) map[string]string {
		values := maps.Clone(complete)
		values["COVE_PARTNER"] = partner
		return values
	}
	stored := Credentials{values: with("ring")}
	if err := stored.Store(); err != nil {
		t.Fatal(err)
	}
	check := func(p *Program, partner, source string) {
		t.Helper()
		got, err := p.Credentials(all...)
		if err != nil || got.Get("COVE_PARTNER") != partner || !strings.Contains(got.Source, source) {
			t.Errorf("%v %v: want %s from %s", got, err, partner, source)
		}
		if got.ConnectWise().PrivateKey != complete["CWM_PRIVATE_KEY"] || got.Get("COVE_PASSWORD") != complete["COVE_PASSWORD"] {
			t.Error("a value is missing")
		}
		for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
			if text := fmt.Sprintf(verb, got) + fmt.Sprintf(verb, &got); strings.Contains(text, "hush") {
				t.Errorf("%s shows a secret: %s", verb, text)
			}
		}
	}
	p, _, _ := surroundings(t, nil)
	check(p, "ring", "keyring")
	writeCredentials(t, p, with("file"), 0o600)
	check(p, "file", p.Folder)
	outside, _, _ := surroundings(t, with("outside"))
	outside.Folder = p.Folder
	check(outside, "outside", "environment")

	// A file with the service desk's alone is no half for who asks for these.
	p, _, _ = surroundings(t, map[string]string{"COVE_PARTNER": "half"})
	if got, err := p.Credentials(ConnectWise...); err != nil || !strings.Contains(got.Source, "keyring") {
		t.Error(got, err)
	}
	if err := Forget(all...); err != nil {
		t.Fatal(err)
	}
	p, _, _ = surroundings(t, nil)
	_, err := p.Credentials(all...)
	if ExitOf(err) != Wrong || !strings.Contains(err.Error(), "CWM_CLIENT_ID") || !strings.Contains(err.Error(), "keyring") {
		t.Error(err)
	}
	if err := Forget(all...); err != nil {
		t.Errorf("forgotten twice: %v", err)
	}
	keyring.MockInitWithError(os.ErrPermission)
	if err := stored.Store(); ExitOf(err) != Wrong {
		t.Errorf("a keyring that is absent took it: %v", err)
	}
	if _, err := p.Credentials(all...); ExitOf(err) != Wrong || !strings.Contains(err.Error(), "no credentials") {
		t.Error(err)
	}
}

func TestCredentialsFile(t *testing.T) {
	t.Parallel()
	p, _, _ := surroundings(t, nil)
	writeCredentials(t, p, complete, 0o640)
	if _, err := p.Credentials(all...); ExitOf(err) != Wrong || !strings.Contains(err.Error(), "chmod 600") {
		t.Errorf("others may read it: %v", err)
	}
	given, _, _ := surroundings(t, map[string]string{"COVEDESK_CREDENTIALS": filepath.Join(t.TempDir(), "mine")})
	writeCredentials(t, given, complete, 0o600)
	if got, err := given.Credentials(all...); err != nil || !strings.HasSuffix(got.Source, "mine") {
		t.Error(got, err)
	}
	// systemd keeps strangers out although the group may read.
	systemd, _, _ := surroundings(t, map[string]string{"CREDENTIALS_DIRECTORY": t.TempDir()})
	writeCredentials(t, systemd, complete, 0o440)
	if got, err := systemd.Credentials(all...); err != nil || !strings.HasSuffix(got.Source, "covedesk") {
		t.Error(got, err)
	}
	for _, text := range []string{"COVE_PARTNER=a\nhush-1\n", "COVE_PARTNER=a\nCOVE_PARTNER=hush-1\n", "#\nhush-1=x\n"} {
		p, _, _ := surroundings(t, nil)
		if err := os.WriteFile(p.CredentialsFile(), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := p.Credentials(all...)
		if ExitOf(err) != Wrong || !strings.Contains(err.Error(), "line 2") || strings.Contains(err.Error(), "hush") {
			t.Errorf("%q: %v", text, err)
		}
	}
	nowhere, _, _ := surroundings(t, nil)
	nowhere.Folder = ""
	if got := nowhere.CredentialsFile(); got != "" {
		t.Error(got)
	}
}
